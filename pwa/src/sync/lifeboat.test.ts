// @vitest-environment node
import { afterEach, beforeEach, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/envelopes.json'
import type { LifeboatReceipt, Mutation } from '../core/types'
import { Vault } from '../device/at-rest'
import { toBase64 } from '../device/base64'
import { Database } from '../device/database'
import { NotALifeboat, readLifeboat, writeLifeboat } from './lifeboat'
import { carryInOrder } from './send-sealed'
import { aPhoto, aRecord, id, PERSON, TestPhone } from './testing/phones'

let disk: TestPhone['disk']
let database: Database
const now = new Date('2026-03-02T01:00:00Z')

beforeEach(async () => {
  disk = new TestPhone('').disk
  database = new Database(PERSON, { ...disk, vault: new Vault(1, crypto.getRandomValues(new Uint8Array(32))) })
  await database.identify({ id: vectors.device_id, code: 'X7K2', last_number: 0 })
  await database.useKeys(vectors.keys, vectors.device_id)
})
afterEach(() => database.close())

const locked = () => new Database(PERSON, disk)

it('carries every unsent record and photo of a locked phone, whole and as they lie', async () => {
  const photo = aPhoto(70_000)
  const kept = await database.record([aRecord(), aRecord(), aRecord()], [photo])
  await database.mutations.update(kept[1]?.id ?? '', { state: 'applied' })
  await database.mutations.update(kept[2]?.id ?? '', { state: 'refused' })
  const draft = id()
  await database.keepPhoto(aPhoto(), draft)

  const lying = locked()
  const { file, head } = await writeLifeboat(lying, 'X7K2', now)
  const raw = await lying.table('photo_bytes').get(photo.sha256)
  lying.close()
  const boat = await readLifeboat(file)

  expect(file.name).toBe('巡格救生-X7K2-2026-03-02.gwl')
  expect(boat.head).toEqual({ made_at: now.toISOString(), device_code: 'X7K2', records: 2, photos: 1 })
  expect(head).toEqual(boat.head)
  expect(boat.records.map((one) => one.id)).toEqual([kept[0]?.id, kept[2]?.id])
  expect(boat.records[0]?.envelope).toEqual(kept[0]?.envelope)
  expect(boat.photos[0]).toMatchObject({ sha256: photo.sha256, size_bytes: 70_000, envelope: toBase64(raw.for_server) })
  expect(await boat.photos[0]?.bytes.arrayBuffer()).toEqual(raw.bytes)
  const all = Buffer.from(await file.arrayBuffer())
  expect(all.includes('条')).toBe(false)
  expect(all.includes(Buffer.from(photo.bytes).subarray(0, 64))).toBe(false)
})

it('is told from other files, and a cut one from a whole one, wherever it was cut', async () => {
  await database.record([aRecord()], [aPhoto(300)])
  const lying = locked()
  const { file } = await writeLifeboat(lying, 'X7K2', now)
  lying.close()
  await expect(readLifeboat(new Blob(['GWL2', file.slice(4)]))).rejects.toMatchObject({ what: 'other' })
  await expect(readLifeboat(new Blob([]))).rejects.toThrow(NotALifeboat)
  for (let length = 4; length < file.size; length += 37)
    await expect(readLifeboat(file.slice(0, length))).rejects.toMatchObject({ what: 'cut' })
  const bytes = new Uint8Array(await file.arrayBuffer())
  bytes.fill(0xff, 5, 9)
  await expect(readLifeboat(new Blob([bytes]))).rejects.toMatchObject({ what: 'cut' })
})

it('holds back what belongs to a record that cannot be opened, and lets everything else go', async () => {
  const hazard_id = id()
  const kept = await database.record([
    aRecord('note_hazard', { hazard_id, note: '一', photos: [] }),
    aRecord(),
    aRecord('note_hazard', { hazard_id, note: '二', photos: [] }),
  ])
  const sent: string[][] = []
  await carryInOrder(kept, async (batch: Mutation[]) => {
    sent.push(batch.map((one) => one.id))
    return batch.map((one): LifeboatReceipt => ({ id: one.id, number: one.number, outcome: one === kept[0] ? 'unopened' : 'applied' }))
  })
  expect(sent).toEqual([kept.map((one) => one.id)])

  const unsealed = { ...kept[0], envelope: undefined } as unknown as Mutation
  sent.length = 0
  await carryInOrder([unsealed, ...kept.slice(1)], async (batch) => {
    sent.push(batch.map((one) => one.id))
    return batch.map((one): LifeboatReceipt => ({ id: one.id, number: one.number, outcome: 'applied' }))
  })
  expect(sent).toEqual([[kept[1]?.id]])
})
