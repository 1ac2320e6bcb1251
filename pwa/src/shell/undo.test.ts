// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Me } from '@/core/types'
import { storageState } from '@/device/storage-state'
import { here, made, signInHere, signOutHere } from '@/sync/here'
import { amend, asShown, releaseAll, seal, sealedRecords, UNDO_MS, undo } from './undo'

const me: Me = {
  person: { id: '01890000-0000-7000-8000-000000000001', name: '兰', licence_number: null, postings: [] },
  device: { id: '01890000-0000-7000-8000-0000000000d1', code: 'X7K2', label: '', last_number: 0 },
  tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
  ...{ rulebook: null, needs_totp: false, has_totp: false, has_password: true },
}

function network(url: string): Promise<Response> {
  if (url === '/api/session') return Promise.resolve(Response.json({ person: me.person, device: me.device }, { status: 201 }))
  if (url === '/api/me') return Promise.resolve(Response.json(me))
  return Promise.reject(new TypeError('offline'))
}
const database = () => here.database as NonNullable<typeof here.database>
const note = (text = '没人') => made('note_hazard', { hazard_id: me.person.id, note: text, photos: [] })
const queued = async () => (await database().mutations.orderBy('number').toArray()).map((one) => (one.args as { note: string }).note)

beforeEach(async () => {
  vi.stubGlobal('fetch', network)
  await signInHere({ login: 'lan', password: 'x' }, '')
})
afterEach(async () => {
  await database().mutations.clear()
  await signOutHere()
  vi.unstubAllGlobals()
})

test('a record kept back is on the phone, is not in the queue, and is gone without a trace when undone', async () => {
  const record = note()
  await seal(record)
  expect((await sealedRecords(database())).map((one) => one.mutation)).toEqual([record])
  expect(await queued()).toEqual([])
  expect(await undo(record.id)).toBe(true)
  await releaseAll()
  expect(await sealedRecords(database())).toEqual([])
  expect(await queued()).toEqual([])
})

test('once it has left it is an ordinary record: undoing and amending say no and change nothing', async () => {
  const record = note()
  await seal(record)
  await releaseAll()
  expect(await undo(record.id)).toBe(false)
  expect(await amend(record.id, () => note('别的'))).toBe(false)
  await releaseAll()
  expect(await queued()).toEqual(['没人'])
})

test('what is amended while it is here is what is sent, under the same id', async () => {
  const record = note()
  await seal(record)
  expect(await amend(record.id, (mutation) => ({ ...mutation, args: { ...mutation.args, note: '今晚再来' } }) as typeof mutation)).toBe(
    true,
  )
  await releaseAll()
  expect(await queued()).toEqual(['今晚再来'])
  expect(await database().mutations.get(record.id)).toBeDefined()
})

test('at the next start only what is overdue leaves at once', async () => {
  const [early, late] = [note('早'), note('晚')]
  await seal(early)
  await database().remember(`sealed:${early.id}`, { mutation: early, leaves_at_ms: Date.now() - 1 })
  await seal(late)
  await releaseAll(true)
  expect(await queued()).toEqual(['早'])
  expect((await sealedRecords(database())).map((one) => one.mutation.id)).toEqual([late.id])
  await releaseAll()
  expect(await queued()).toEqual(['早', '晚'])
})

test('it leaves by itself after ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  await seal(note())
  vi.advanceTimersByTime(UNDO_MS - 100)
  expect(await sealedRecords(database())).toHaveLength(1)
  vi.advanceTimersByTime(200)
  vi.useRealTimers()
  await vi.waitFor(async () => expect(await queued()).toEqual(['没人']))
})

test('it shows like a waiting record that comes after everything that has a number', async () => {
  await seal(note())
  const [shown] = asShown(await sealedRecords(database()))
  expect(shown).toMatchObject({ state: 'waiting', shows: 1 })
  expect(shown?.number).toBeGreaterThan(1e9)
  await releaseAll()
})

test('on a full phone a record kept back stays sealed, the strip is told, sending is not held up, and it leaves when there is room', async () => {
  const record = note()
  await seal(record)
  const full = Object.assign(new Error('no room'), { name: 'QuotaExceededError' })
  const write = vi.spyOn(database().mutations, 'add').mockRejectedValue(full)
  await releaseAll()
  expect(storageState.full).toBe(true)
  expect((await sealedRecords(database())).map((one) => one.mutation.id)).toEqual([record.id])
  write.mockRestore()
  await releaseAll()
  expect(await queued()).toEqual(['没人'])
  expect(storageState.full).toBe(false)
})

test('a clock set back a year keeps no record back for longer than ten seconds', async () => {
  const year_ms = 365 * 24 * 3_600_000
  const record = note()
  await seal(record)
  const now = Date.now()
  const timers = vi.spyOn(globalThis, 'setTimeout')
  vi.spyOn(Date, 'now').mockReturnValue(now - year_ms)
  await releaseAll(true)
  expect(Math.max(...timers.mock.calls.map(([, wait_ms]) => wait_ms ?? 0))).toBeLessThanOrEqual(UNDO_MS)
  vi.restoreAllMocks()
  await releaseAll()
  expect(await queued()).toEqual(['没人'])
})
