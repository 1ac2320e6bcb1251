// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import vectors from '../../../tests/vectors/envelopes.json'
import type { Me } from '../core/types'
import { drainOnce } from './drain-once'
import { choosePinHere, here, lockHere, made, openHere, record, signInHere, signOutHere, syncNow, unlockHere } from './here'

const me: Me = {
  person: { id: '01890000-0000-7000-8000-000000000001', name: '兰', licence_number: null, postings: [] },
  device: { id: '01890000-0000-7000-8000-0000000000d1', code: 'X7K2', label: '', last_number: 0 },
  tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
  ...{ rulebook: null, needs_totp: false, has_totp: false, has_password: true, pin: 'required', keys: vectors.keys },
}
let is_reachable = true
const applied: string[] = []

/** The network at its edge: what the server answers to the page's own requests. */
function network(url: string, init?: RequestInit): Promise<Response> {
  const path = new URL(url, 'http://localhost').pathname
  if (!is_reachable || path === '/api/sync/live') return Promise.reject(new TypeError('offline'))
  if (path === '/api/session') return Promise.resolve(Response.json({ person: me.person, device: me.device }, { status: 201 }))
  if (path === '/api/me') return Promise.resolve(Response.json(me))
  if (path === '/api/sync/pull') return Promise.resolve(Response.json({ cursor: '1', more: false, fresh: true, rows: {}, gone: [] }))
  const sent = JSON.parse(String(init?.body)) as Record<'mutations' | 'records', { id: string; number: number }[]>
  const mutations = sent.mutations ?? sent.records
  applied.push(...mutations.map((mutation) => mutation.id))
  return Promise.resolve(Response.json({ receipts: mutations.map(({ id, number }) => ({ id, number, outcome: 'applied' })) }))
}

beforeEach(() => {
  vi.stubGlobal('fetch', network)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const note = () => made('note_hazard', { hazard_id: me.person.id, note: '已提醒', photos: [] })

it('opens for nobody, signs in, asks for a PIN, keeps a record without a network, sends it from the worker and locked, and signs out', async () => {
  await openHere()
  expect(here).toMatchObject({ is_open: true, me: null, database: null })
  await expect(record([note()])).rejects.toThrow('nobody is signed in')

  await signInHere({ login: 'lan', password: 'gridwalk-demo' }, '红米')
  expect(here).toMatchObject({ asks_pin: 'required', has_pin: false, me: { person: { name: '兰' } } })
  await syncNow()
  expect(here.status.completed_at).toBeNull()
  await choosePinHere('271828')
  expect(here).toMatchObject({ asks_pin: null, has_pin: true })
  await syncNow()
  expect(here.status).toMatchObject({ stopped_by: null })

  is_reachable = false
  const [kept] = await record([note()])
  await syncNow()
  expect(kept).toMatchObject({ number: 1, device_code: 'X7K2' })
  expect(here.status.stopped_by).toBe('network')

  is_reachable = true
  expect(await drainOnce()).toBe(0)
  expect(applied).toEqual([kept?.id])

  is_reachable = false
  const [later] = await record([note()])
  await lockHere()
  expect(here).toMatchObject({ me: null, locked: { name: '兰' }, database: null })
  is_reachable = true
  await vi.waitFor(() => expect(new Set(applied)).toEqual(new Set([kept?.id, later?.id])), 30_000)
  expect(await unlockHere('271829')).toMatchObject({ wrong: 1 })
  expect(await unlockHere('271828')).toBeUndefined()
  expect(await here.database?.mutations.get(later?.id ?? '')).toMatchObject({ state: 'applied', args: { note: '已提醒' } })

  await signOutHere()
  expect(here.me).toBeNull()
  expect(await drainOnce()).toBe(0)
}, 60_000)
