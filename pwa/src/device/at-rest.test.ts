// @vitest-environment node
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { liveQuery } from 'dexie'
import { expect, it } from 'vitest'
import vectors from '../../../tests/vectors/envelopes.json'
import { aPhoto, aRecord, id, PERSON } from '../sync/testing/phones'
import { photoCipher, Sealed, Vault } from './at-rest'
import { Database, type DatabaseOptions } from './database'

const key = crypto.getRandomValues(new Uint8Array(32))
const WORDS = ['幸福路 7 号 301 室', '138-0000-0000', '燃气灶旁堆放纸箱']

function disk(): DatabaseOptions {
  return { indexedDB: new IDBFactory(), IDBKeyRange }
}

async function opened(options: DatabaseOptions, vault: Vault | undefined = new Vault(1, key)): Promise<Database> {
  const database = new Database(PERSON, { ...options, vault })
  await database.open()
  return database
}

async function filled(options: DatabaseOptions): Promise<Database> {
  const database = await opened(options)
  await database.identify({ id: vectors.device_id, code: 'X7K2', last_number: 0 })
  await database.useKeys(vectors.keys, vectors.device_id)
  const at = new Date().toISOString()
  await database.saveDraft({ id: id(), kind: 'visit', subject_id: id(), screen: { note: WORDS[2] }, started_at: at, changed_at: at })
  await database.household.bulkPut([household('301', 1), household('302', 1)])
  const photo = aPhoto(5000)
  await database.record(
    [aRecord('note_hazard', { hazard_id: id(), note: WORDS[2], photos: [{ sha256: photo.sha256, role: 'item' }] })],
    [photo],
  )
  return database
}

function household(room: string, start: number) {
  const place = {
    id: id(),
    revision: 1,
    place_code: '450299001002001',
    grid_code: '450299001002001',
    building_id: PERSON,
    unit: '1',
    floor: 3,
  }
  return {
    ...place,
    room: `${WORDS[0]}${room}`,
    use: 'dwelling' as const,
    contact_phone_masked: WORDS[1] ?? '',
    needs_help: false,
    last_visit: null,
    start,
  }
}

/** Everything that lies on the disk, read without the app's own layers. */
async function dump({ indexedDB }: DatabaseOptions): Promise<Uint8Array> {
  const { serialize } = await import('node:v8')
  const database = await new Promise<IDBDatabase>((done) => {
    const request = indexedDB?.open(`gridwalk-${PERSON}`) as IDBOpenDBRequest
    request.onsuccess = () => done(request.result)
  })
  const rows: unknown[] = []
  for (const name of database.objectStoreNames) {
    await new Promise<void>((done) => {
      const request = database.transaction(name).objectStore(name).getAll()
      request.onsuccess = () => done(void rows.push(name, ...(request.result as unknown[])))
    })
  }
  database.close()
  return serialize(rows)
}

it('shows the app every row as it was put, by key, by index, in a cursor and in a live query', async () => {
  const options = disk()
  const database = await filled(options)
  const home = (await database.household.toArray()).find((row) => row.room.endsWith('301'))
  expect(home).toMatchObject({ room: `${WORDS[0]}301`, contact_phone_masked: WORDS[1] })
  expect(await database.household.get(home?.id ?? '')).toEqual(home)
  expect(await database.household.where('building_id').equals(PERSON).count()).toBe(2)
  expect((await database.household.where('grid_code').equals('450299001002001').toArray()).map((row) => row.room)).toContain(
    `${WORDS[0]}302`,
  )
  const seen: string[] = []
  await database.household.orderBy('grid_code').each((row) => void seen.push(row.room))
  expect(seen.sort()).toEqual([`${WORDS[0]}301`, `${WORDS[0]}302`])
  await database.household.where('building_id').equals(PERSON).modify({ needs_help: true })
  await database.household.update(home?.id ?? '', { unit: '2' })
  expect(await database.household.bulkGet([home?.id ?? '', 'none'])).toMatchObject([{ needs_help: true, unit: '2' }, undefined])
  const live = await new Promise<number>((done) => {
    let looks = 0
    liveQuery(() => database.household.filter((row) => row.unit === '9').count()).subscribe((count) => {
      if (looks++ === 0) void database.household.update(home?.id ?? '', { unit: '9' })
      else done(count)
    })
  })
  expect(live).toBe(1)
  database.close()
})

it('leaves on the disk no word of an address, a telephone number, an answer or a photo', async () => {
  const options = disk()
  const database = await filled(options)
  const [photo] = await database.photo_bytes.toArray()
  database.close()
  const lies = Buffer.from(await dump(options))
  expect(lies.length).toBeGreaterThan(5000)
  expect(lies.includes('grid_code')).toBe(true)
  for (const word of WORDS)
    for (const encoding of ['utf8', 'utf16le'] as const) expect(lies.includes(Buffer.from(word, encoding))).toBe(false)
  expect(lies.includes(Buffer.from(photo?.bytes ?? new ArrayBuffer(8)).subarray(100, 140))).toBe(false)
  expect(lies.includes(Buffer.from(key))).toBe(false)
  expect(lies.includes(Buffer.from(photo?.content_key ?? []))).toBe(false)
})

it('shows a locked phone what it needs for sending, and takes its word on states', async () => {
  const options = disk()
  ;(await filled(options)).close()
  const locked = new Database(PERSON, options)
  const [row] = await locked.mutations.toArray()
  expect(row).toMatchObject({ state: 'waiting', number: 1 })
  expect(row?.args).toBeUndefined()
  expect(row?.envelope?.length).toBeGreaterThan(106)
  expect(await locked.countUnsent()).toEqual({ mutations: 1, photos: 1 })
  await locked.mutations.update(row?.id ?? '', { state: 'applied', revision: 7 })
  const [bytes] = await locked.photo_bytes.toArray()
  expect(bytes?.for_server?.length).toBeGreaterThan(106)
  locked.close()
  const again = await opened(options)
  expect(await again.mutations.get(row?.id ?? '')).toMatchObject({ state: 'applied', revision: 7, args: { note: WORDS[2] } })
  const photo = await again.photo_bytes.get(bytes?.sha256 ?? '')
  expect(photoCipher(photo?.content_key ?? new Uint8Array(), photo?.bytes ?? new ArrayBuffer())).toEqual(bytes?.bytes)
  again.close()
})

it('reads rows of an earlier version that lie in the clear', async () => {
  const options = disk()
  const before = new Database(PERSON, options)
  await before.household.put(household('303', 1))
  before.close()
  const now = await opened(options)
  expect((await now.household.toArray())[0]?.room).toBe(`${WORDS[0]}303`)
  now.close()
})

it('opens nothing with another key, at another place, or after a change', async () => {
  const options = disk()
  ;(await filled(options)).close()
  const stranger = await opened(options, new Vault(1, crypto.getRandomValues(new Uint8Array(32))))
  await expect(stranger.household.toArray()).rejects.toThrow(/changed/)
  stranger.close()
  const raw = new Database(PERSON, options)
  const [one, other] = (await raw.table('household').toArray()) as { id: string; sealed: Uint8Array }[]
  await raw.table('household').put({ ...one, sealed: other?.sealed })
  raw.close()
  const database = await opened(options)
  await expect(database.household.get(one?.id ?? '')).rejects.toThrow(/changed/)
  database.close()
  expect(() => new Vault(2, key).open('place', new Vault(1, key).close('place', new Uint8Array(3)))).toThrow(Sealed)
})
