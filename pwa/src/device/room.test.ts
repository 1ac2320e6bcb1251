// @vitest-environment node
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { TestPhone } from '../sync/testing/phones'
import type { Database } from './database'
import { ROOM_TRIED, roomForPhotos } from './room'

let mine: TestPhone
let database: Database

beforeEach(async () => {
  mine = new TestPhone('')
  database = (await mine.start()).database
})
afterEach(() => {
  vi.unstubAllGlobals()
  mine.close()
})

const estimating = (quota: number, usage: number) => vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota, usage }) } })
const left = () => database.kv.where('key').startsWith('room:').count()

/** A disk that takes so many bytes more, as the browser's database reports it. */
function diskWith(room_bytes: number): void {
  let kept = 0
  database.kv.hook('creating', (_, row) => {
    kept += (row.value as ArrayBuffer).byteLength ?? 0
    if (kept > room_bytes) throw Object.assign(new Error('no room'), { name: 'QuotaExceededError' })
  })
}

it('with plenty of room nothing is tried, and nothing is said', async () => {
  estimating(2e9, 1e6)
  expect(await roomForPhotos(database, false)).toBeNull()
})

it('where the browser says nothing, nothing is made up', async () => {
  vi.stubGlobal('navigator', {})
  expect(await roomForPhotos(database, false)).toBeNull()
})

it('when room is scarce, so many photos are said to fit as were really kept, and nothing of the trial stays', async () => {
  estimating(60e6, 50e6)
  diskWith(1_300_000)
  expect(await roomForPhotos(database, false)).toBe(3)
  expect(await left()).toBe(0)
})

it('a full phone is told that none fits; one with a little room never promises more than was tried', async () => {
  diskWith(100)
  expect(await roomForPhotos(database, true)).toBe(0)
  const other = (await new TestPhone('', '01890000-0000-7000-8000-000000000002').start()).database
  expect(await roomForPhotos(other, true)).toBe(ROOM_TRIED)
  other.close()
})

it('what a killed trial left behind is removed by the next', async () => {
  await database.kv.put({ key: 'room:5', value: new ArrayBuffer(10) })
  expect(await roomForPhotos(database, true)).toBe(ROOM_TRIED)
  expect(await left()).toBe(0)
})
