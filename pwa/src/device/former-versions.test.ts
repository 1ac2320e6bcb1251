// @vitest-environment node
import Dexie, { type TableSchema } from 'dexie'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { push } from '../sync/push'
import { TestPhone } from '../sync/testing/phones'
import { problem, TestServer } from '../sync/testing/server'
import { uploadPhotos } from '../sync/upload-photos'
import { PhoneDatabase } from './accounts'
import { Database } from './database'
import { PERSON, PHONE_STORES, ROWS, STORES } from './testing/version-1'

let server: TestServer
let mine: TestPhone

beforeEach(async () => {
  server = new TestServer()
  mine = new TestPhone(await server.start())
})
afterEach(async () => {
  mine.close()
  await server.stop()
})

/** The local database as the code of version 1 opened it; no code of today has a part in it. */
function asVersion1(): Dexie {
  const former = new Dexie(`gridwalk-${PERSON}`, mine.disk)
  former.version(1).stores(STORES)
  return former
}

async function writtenByVersion1(): Promise<void> {
  const former = asVersion1()
  for (const [table, rows] of Object.entries(ROWS)) await former.table(table).bulkAdd(structuredClone(rows))
  former.close()
}

const all = async (database: Dexie) =>
  Object.fromEntries(await Promise.all(Object.keys(STORES).map(async (table) => [table, await database.table(table).toArray()])))

it('a phone that version 1 has filled opens with everything that was on it', async () => {
  await writtenByVersion1()
  const former = asVersion1()
  const before = await all(former)
  former.close()
  const now = new Database(PERSON, mine.disk)
  expect(await all(now)).toEqual(before)
  expect(before.mutations).toHaveLength(ROWS.mutations.length)
  now.close()
})

it('what waited there is sent by the new version, once, under its old numbers, and its photos arrive', async () => {
  await writtenByVersion1()
  const phone = await mine.start()
  await push(phone)
  await uploadPhotos(phone)
  const sent = server.requests.filter((one) => one.path === '/api/sync/push').flatMap((one) => JSON.parse(one.body.toString()).mutations)
  const numbers = new Set(sent.map((one: { number: number }) => one.number))
  expect([...numbers].sort()).toEqual([4, 5, 6])
  expect(server.effects).toHaveLength(3)
  expect([...server.photos.keys()]).toEqual(ROWS.photos.slice(0, 1).map((one) => (one as { sha256: string }).sha256))
  expect(await phone.database.photos.where('state').equals('drafted').count()).toBe(1)
  expect(await phone.database.drafts.count()).toBe(1)
  expect((await phone.database.identity())?.last_number).toBe(6)
})

it('the schema only grows: no table, key or index that a former version had is gone or changed', async () => {
  const now = new Database(PERSON, mine.disk)
  const phone = new PhoneDatabase(mine.disk)
  for (const [database, stores] of [
    [now, STORES],
    [phone, PHONE_STORES],
  ] as const) {
    const former = new Dexie('compare', mine.disk)
    former.version(1).stores(stores)
    for (const { name, schema } of former.tables) {
      const today = database.table(name).schema
      expect([name, today.primKey.src]).toEqual([name, schema.primKey.src])
      expect([name, sources(today)]).toEqual([name, expect.arrayContaining(sources(schema))])
    }
    former.close()
    database.close()
  }
})

const sources = (schema: TableSchema) => schema.indexes.map((index) => index.src)

it('an app that was put back to version 1 still reads what the new one has written', async () => {
  await writtenByVersion1()
  const phone = await mine.start()
  await push(phone)
  phone.database.close()
  const back = asVersion1()
  const states = (await back.table('mutations').orderBy('number').toArray()).map((one: { state: string }) => one.state)
  expect(states).toEqual(['applied', 'refused', 'refused', 'applied', 'applied', 'applied'])
  back.close()
})

it('an app too old for the server keeps its queue, and the next version sends it', async () => {
  await writtenByVersion1()
  const old = await mine.start({ rulebook: 'fourth-last' })
  server.envelope = (body) => (body.rulebook === 'fourth-last' ? problem(409, 'rulebook-outdated') : undefined)
  await expect(push(old)).rejects.toThrow('rulebook outdated')
  expect(server.effects).toEqual([])
  const updated = await mine.start({ rulebook: 'newest' })
  await push(updated)
  expect(server.effects).toHaveLength(3)
})
