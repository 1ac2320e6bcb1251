// @vitest-environment node
import Dexie from 'dexie'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aPhoto, aRecord, id, TestPhone } from '../sync/testing/phones'
import type { Database } from './database'
import { atOneMoment, StorageFull, StorageUnavailable } from './storage'

let mine: TestPhone
let database: Database

beforeEach(async () => {
  mine = new TestPhone('')
  database = (await mine.start()).database
})
afterEach(() => {
  vi.restoreAllMocks()
  mine.close()
})

const draft = (draft_id: string) => ({
  id: draft_id,
  kind: 'visit' as const,
  subject_id: null,
  screen: { card: 3 },
  started_at: '',
  changed_at: '',
})
const naming = (sha256: string) => aRecord('note_hazard', { photos: [{ sha256, role: 'item' }] })

it('keeps records, photos and the end of the draft all together, and nothing of them when one fails', async () => {
  const photo = aPhoto()
  await database.saveDraft(draft('d1'))
  vi.spyOn(database.photo_thumbs, 'put').mockRejectedValueOnce(Object.assign(new Error('full'), { name: 'QuotaExceededError' }))
  await expect(database.record([aRecord(), naming(photo.sha256)], [photo], 'd1')).rejects.toBeInstanceOf(StorageFull)
  expect([await database.mutations.count(), await database.photos.count(), await database.drafts.count()]).toEqual([0, 0, 1])
  const kept = await database.record([aRecord(), naming(photo.sha256)], [photo], 'd1')
  expect(kept.map((mutation) => mutation.number)).toEqual([1, 2])
  expect([await database.mutations.count(), await database.photo_bytes.count(), await database.drafts.count()]).toEqual([2, 1, 0])
})

it('gives each number once, also to two tabs that record at the same time', async () => {
  const other = (await mine.start()).database
  const numbers = (await Promise.all(Array.from({ length: 40 }, (_, count) => (count % 2 ? database : other).record([aRecord()]))))
    .flat()
    .map((mutation) => mutation.number)
  expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, count) => count + 1))
})

it('never takes a number back, whatever the server remembers of the device', async () => {
  await database.record([aRecord(), aRecord()])
  await database.identify({ id: id(), code: 'Q9ZZ', last_number: 0 })
  expect((await database.record([aRecord()]))[0]).toMatchObject({ number: 3, device_code: 'Q9ZZ' })
  await database.identify({ id: id(), code: 'Q9ZZ', last_number: 90 })
  expect((await database.record([aRecord()]))[0]?.number).toBe(91)
})

it('records once when the same records are kept twice', async () => {
  const records = [aRecord(), aRecord()]
  const first = await database.record(records)
  expect(await database.record(records)).toEqual(first)
  expect(await database.mutations.count()).toBe(2)
})

it('works on after the browser has closed the database under it', async () => {
  database.backendDB().close()
  vi.spyOn(database.drafts, 'put').mockRejectedValueOnce(new Dexie.InvalidStateError('connection lost'))
  await database.saveDraft(draft('d1'))
  expect((await database.drafts.get('d1'))?.screen).toEqual({ card: 3 })
  database.close()
  await database.record([aRecord()])
  expect(await database.mutations.count()).toBe(1)
})

it('looks again from the beginning when the browser closes the database in the middle of a look', async () => {
  await database.remember('one', 1)
  const looks: unknown[] = []
  const look = async () => {
    looks.push(await database.recall('one'))
    if (looks.length === 1) vi.spyOn(database.kv, 'get').mockRejectedValueOnce(new Dexie.InvalidStateError('connection lost'))
    return [await database.recall('one'), await database.recall('one')]
  }
  expect(await atOneMoment(database, [database.kv], look)).toEqual([1, 1])
  expect(looks).toEqual([1, 1])
})

it('misses nothing that another tab stops sending while it looks, at whatever moment', async () => {
  const other = (await mine.start()).database
  const photo = aPhoto()
  const [record] = await database.record([naming(photo.sha256)], [photo])
  const move = (state: 'waiting' | 'under way') =>
    Promise.all([
      other.mutations.update(record?.id ?? '', { state: state === 'waiting' ? state : 'sending' }),
      other.photos.update(photo.sha256, { state: state === 'waiting' ? state : 'uploading' }),
    ])
  for (let turns = 0; turns < 40; turns++) {
    await move('under way')
    const looking = Promise.all([database.unsentMutations(), database.unsentPhotos(), database.countUnsent()])
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await move('waiting')
    const [records, photos, counted] = await looking
    expect([records.length, photos.length, counted.mutations, counted.photos]).toEqual([1, 1, 1, 1])
  }
})

it('says in words that the browser forbids storage', async () => {
  vi.spyOn(database.drafts, 'put').mockRejectedValueOnce(new Dexie.MissingAPIError('no IndexedDB'))
  await expect(database.saveDraft(draft('d1'))).rejects.toBeInstanceOf(StorageUnavailable)
})

it('keeps a photo from the moment it is taken until its form is thrown away or its record is swept', async () => {
  const [kept, dropped, shared] = [aPhoto(), aPhoto(), aPhoto()]
  for (const photo of [kept, dropped, shared]) await database.keepPhoto(photo, 'd1')
  await database.keepPhoto(shared, 'd2')
  await database.record([naming(kept.sha256)])
  await database.discardPhoto(kept.sha256, 'd1')
  await database.discardDraft('d1')
  expect((await database.photos.toArray()).map((photo) => [photo.sha256, photo.state]).sort()).toEqual(
    [
      [kept.sha256, 'waiting'],
      [shared.sha256, 'drafted'],
    ].sort(),
  )
  expect(await database.photo_bytes.get(dropped.sha256)).toBeUndefined()
  await database.discardDraft('d2')
  expect(await database.photo_bytes.count()).toBe(1)
})

it('shows a photo that was sent before in whichever form it is chosen again, and lets it go with the last of them', async () => {
  const photo = aPhoto()
  await database.keepPhoto(photo, 'd1')
  await database.saveDraft(draft('d1'))
  await database.keepPhoto(photo, 'd2')
  await database.record([naming(photo.sha256)], [], 'd1')
  await database.keepPhoto(photo, 'd3')
  expect(await database.photos.get(photo.sha256)).toMatchObject({ state: 'waiting', draft_ids: ['d2', 'd3'] })
  const past = '2026-01-01T00:00:00Z'
  await database.photos.update(photo.sha256, { state: 'arrived', arrived_at: past })
  await database.discardPhoto(photo.sha256, 'd3')
  await database.sweep('2026-06-01T00:00:00Z')
  expect(await database.photos.get(photo.sha256)).toMatchObject({ state: 'arrived', draft_ids: ['d2'] })
  await database.discardDraft('d2')
  await database.sweep('2026-06-01T00:00:00Z')
  expect([await database.photos.count(), await database.photo_bytes.count()]).toEqual([0, 0])
})

it('sweeps only what a receipt names', async () => {
  const records = [aRecord(), aRecord(), aRecord(), aRecord(), aRecord()]
  const [applied, shown, refused, settled] = await database.record(records)
  const past = '2026-01-01T00:00:00Z'
  await database.mutations.update(applied?.id ?? '', { state: 'applied', shows: 0, answered_at: past })
  await database.mutations.update(shown?.id ?? '', { state: 'applied', shows: 1, answered_at: past })
  await database.mutations.update(refused?.id ?? '', { state: 'refused', shows: 0, answered_at: past })
  await database.mutations.update(settled?.id ?? '', { state: 'refused', shows: 0, answered_at: past, settled_at: past })
  const [arrived, waiting] = [aPhoto(), aPhoto()]
  await database.record([naming(arrived.sha256), naming(waiting.sha256)], [arrived, waiting])
  await database.photos.update(arrived.sha256, { state: 'arrived', arrived_at: past })
  await database.sweep('2026-06-01T00:00:00Z')
  const left = (await database.mutations.toArray()).map((mutation) => mutation.number).sort((one, other) => one - other)
  expect(left).toEqual([2, 3, 5, 6, 7])
  expect((await database.photo_bytes.toArray()).map((one) => one.sha256)).toEqual([waiting.sha256])
})
