import { afterEach, expect, test } from 'vitest'
import type { NewPhoto, PhotoMention } from '@/core/types'
import { TestPhone } from '@/sync/testing/phones'
import type { NewMutation } from './database'
import { noteRedaction, withRedactions } from './redactions'

const phone = new TestPhone('http://127.0.0.1:9')
afterEach(() => phone.close())
const DRAFT = 'draft'

function aPhoto(sha256: string, redacts?: string): NewPhoto {
  const fixed = { size_bytes: 3, mime: 'image/jpeg', taken_at: '2026-11-02T02:00:00Z', fix: null } as const
  return { ...fixed, sha256, bytes: new ArrayBuffer(3), thumb: new ArrayBuffer(1), ...(redacts ? { redacts } : {}) }
}
function report(photos: PhotoMention[]): NewMutation {
  return {
    id: `m${photos.length}`,
    name: 'report_hazard',
    at: '2026-11-02T02:00:00Z',
    args: { hazard_id: 'h', photos },
  } as unknown as NewMutation
}
async function withCopy() {
  const { database } = await phone.start()
  for (const photo of [aPhoto('whole'), aPhoto('copy', 'whole'), aPhoto('plain')]) await database.keepPhoto(photo, DRAFT)
  await noteRedaction(database, 'whole', { sha256: 'copy', leaves: 'redacted' })
  return database
}
const photosOf = (made: NewMutation[]) => made.map(({ args }) => (args as { photos: PhotoMention[] }).photos)

test('a record names the copy of each photo that has one, and which of the two may leave', async () => {
  const database = await withCopy()
  const made = await withRedactions(database, [
    report([
      { sha256: 'whole', role: 'before' },
      { sha256: 'plain', role: 'before' },
    ]),
    report([]),
  ])
  expect(photosOf(made)).toEqual([
    [
      { sha256: 'whole', role: 'before', redacted: 'copy', leaves: 'redacted' },
      { sha256: 'plain', role: 'before' },
    ],
    [],
  ])
})

test('what was chosen last counts, and a copy that was taken away is not named', async () => {
  const database = await withCopy()
  const named = [report([{ sha256: 'whole', role: 'before' }])]
  await noteRedaction(database, 'whole', { sha256: 'copy', leaves: 'original' })
  expect(photosOf(await withRedactions(database, named))).toEqual([
    [{ sha256: 'whole', role: 'before', redacted: 'copy', leaves: 'original' }],
  ])
  await noteRedaction(database, 'whole', null)
  expect(await withRedactions(database, named)).toBe(named)
})

test('the record sends both photos, and the untouched one is still there byte by byte', async () => {
  const database = await withCopy()
  const [kept] = await database.record(await withRedactions(database, [report([{ sha256: 'whole', role: 'before' }])]), [], DRAFT)
  expect(kept?.photo_hashes).toEqual(['whole', 'copy'])
  const states = await database.photos.bulkGet(['whole', 'copy', 'plain'])
  expect(states.map((photo) => photo?.state)).toEqual(['waiting', 'waiting', undefined])
  expect((await database.photo_bytes.get('whole'))?.bytes.byteLength).toBe(3)
})
