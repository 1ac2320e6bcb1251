/** Seal step by step what lies in the clear, or under a former key, and records that were kept before there was a key to seal them with. */
import type { IndexableType, Table } from 'dexie'
import type { Id } from '../core/types'
import type { SealedRow } from './at-rest'
import { Database, type DatabaseOptions } from './database'
import type { PhotoFacts } from './seals'
import { surviving } from './storage'

const STEP = 100

/** Return how many rows were sealed anew. It may be cut off anywhere and goes on the next time; every row stays readable throughout. */
export async function sealEverything(database: Database, options: DatabaseOptions = {}): Promise<number> {
  const { vault } = database
  if (!vault) return 0
  const asItLies = new Database(database.person_id, options)
  try {
    await sealRecords(database)
    let sealed = 0
    for (const { name } of asItLies.tables) sealed += await sealTable(database, asItLies.table(name))
    return sealed
  } finally {
    asItLies.close()
  }
}

async function sealTable(database: Database, lying: Table<SealedRow>): Promise<number> {
  const number = database.vault?.number
  const due: IndexableType[] = []
  await lying.each((row, { primaryKey }) => {
    if (row.sealed?.[0] !== number) due.push(primaryKey)
  })
  const step = lying.name === 'photo_bytes' ? 1 : STEP
  for (let at = 0; at < due.length; at += step) await sealStep(database, lying.name, due.slice(at, at + step))
  return due.length
}

async function sealStep(database: Database, name: string, keys: IndexableType[]): Promise<void> {
  const photos = name === 'photo_bytes' ? await photosWithoutKey(database, keys as string[]) : []
  await surviving(database, async () => {
    const seals = await database.seals(0, photos)
    await database.transaction('rw', database.table(name), async () => {
      const rows = (await database.table(name).bulkGet(keys)).filter((row) => row !== undefined)
      await database.table(name).bulkPut(rows.map((row) => ({ ...row, ...seals.photo(row.sha256) })))
    })
  })
}

async function photosWithoutKey(database: Database, hashes: string[]): Promise<PhotoFacts[]> {
  const without = (await database.photo_bytes.bulkGet(hashes)).flatMap((row) => (row && !row.for_server ? row.sha256 : []))
  return (await database.photos.bulkGet(without)).filter((photo) => photo !== undefined)
}

async function sealRecords(database: Database): Promise<void> {
  const device = await database.identity()
  const due = (await database.unsentMutations()).filter((one) => !one.envelope && one.device_code === device?.code)
  if (device) for (const { id } of due) await sealOne(database, id, device.id)
}

async function sealOne(database: Database, id: Id, made_on: Id): Promise<void> {
  await surviving(database, async () => {
    const seals = await database.seals(1)
    await database.transaction('rw', database.mutations, async () => {
      const found = await database.mutations.get(id)
      if (found) await database.mutations.put(seals.record(found, made_on))
    })
  })
}
