// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import type { Me } from '@/core/types'
import { here, signInHere, signOutHere } from '@/sync/here'
import { useDeskData } from './desk-data'

const me: Me = {
  person: { id: '01890000-0000-7000-8000-000000000007', name: '申', licence_number: null, postings: [] },
  device: { id: '01890000-0000-7000-8000-0000000000d7', code: 'X7K2', label: '', last_number: 0 },
  tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
  ...{ rulebook: null, needs_totp: false, has_totp: false, has_password: true },
}
let lists = 0
let status = 200

function network(url: string): Promise<Response> {
  const path = new URL(url, 'http://localhost').pathname
  if (path === '/api/session') return Promise.resolve(Response.json({ person: me.person, device: me.device }, { status: 201 }))
  if (path === '/api/me') return Promise.resolve(Response.json(me))
  if (path === '/api/sync/pull') return Promise.resolve(Response.json({ cursor: '1', more: false, fresh: true, rows: {}, gone: [] }))
  if (path !== '/api/hazards') return Promise.reject(new TypeError('offline'))
  lists += 1
  return Promise.resolve(Response.json(status === 200 ? { hazards: [], total: lists, next: null } : {}, { status, headers: { Gridwalk: '1' } }))
}

beforeEach(async () => {
  vi.stubGlobal('fetch', network)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await signInHere({ login: 'shen', password: 'gridwalk-demo' }, '办公室')
  await vi.waitFor(async () => expect((await here.database?.cursor.get('pull'))?.cursor).toBe('1'))
})
afterEach(async () => {
  await signOutHere()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks again at each word of other subdistricts, and a while later for what could not be had', async () => {
  const scope = effectScope()
  const desk = scope.run(() => useDeskData(ref(false))) as ReturnType<typeof useDeskData>
  const soon = (so: () => void) => vi.waitFor(so, { timeout: 10_000 })
  const settled = () => new Promise((resolve) => setTimeout(resolve, 400))
  await soon(() => expect(desk.answer.value?.open.total).toBeGreaterThan(0))
  expect(desk.failure.value).toBeNull()
  await settled()
  const first = desk.answer.value?.open.total ?? 0
  await settled()
  expect(desk.answer.value?.open.total).toBe(first)

  await here.database?.remember('elsewhere', 'one')
  await soon(() => expect(desk.answer.value?.open.total).toBeGreaterThan(first))

  status = 500
  await here.database?.remember('elsewhere', 'two')
  await soon(() => expect(desk.failure.value).not.toBeNull())
  status = 200
  await settled()
  expect(desk.failure.value).not.toBeNull()
  vi.advanceTimersByTime(15_000)
  await soon(() => expect(desk.failure.value).toBeNull())

  const now = lists
  vi.advanceTimersByTime(60_000)
  await settled()
  expect(lists).toBe(now)
  scope.stop()
})
