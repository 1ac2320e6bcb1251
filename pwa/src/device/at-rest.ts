/** Keep every row sealed on the phone; only its key, what is searched for, and what a locked phone needs for sending lie open. */
import { chacha20, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { DBCore, DBCoreCursor, DBCoreTable, Middleware } from 'dexie'
import { fromBase64, joined, toBase64 } from './base64'

export type Row = Record<string, unknown>
/** A row as it lies on the disk: what is open, and the rest behind `sealed`. */
export type SealedRow = Row & { sealed?: Uint8Array }

/** What lies open beside keys and indexes: ids, counts and states, nothing of what was recorded. */
const ALSO_OPEN: Record<string, readonly string[]> = {
  mutations: ['envelope', 'subjects', 'tries'],
  photos: ['size_bytes', 'sent_bytes', 'upload_url', 'upload_sealed', 'tries', 'kept_at'],
  photo_bytes: ['for_server'],
}
/** The one table whose bytes have a key of their own, so that a locked phone can send them as they lie. */
const OWN_KEY = 'photo_bytes'
const NONCE_BYTES = 24
const text = new TextEncoder()
const read = new TextDecoder()

/** This row was sealed by a key that this page does not have (yet): another tab has set a PIN, or somebody changed the row. */
export class Sealed extends Error {
  override name = 'Sealed'
}

/** The keys of one person's data, in memory only. The present one seals; a former one still opens what it sealed. */
export class Vault {
  readonly #keys = new Map<number, Uint8Array>()
  number = 0

  constructor(number: number, key: Uint8Array) {
    this.add(number, key)
  }

  add(number: number, key: Uint8Array): void {
    this.#keys.set(number, key)
    this.number = Math.max(this.number, number)
  }

  key(number: number): Uint8Array {
    const key = this.#keys.get(number)
    if (!key) throw new Sealed(`no key ${number}`)
    return key
  }

  /** Return the bytes closed for one place; elsewhere they do not open. */
  close(place: string, plain: Uint8Array): Uint8Array<ArrayBuffer> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const closed = xchacha20poly1305(this.key(this.number), nonce, text.encode(place)).encrypt(plain)
    return joined(Uint8Array.of(this.number), nonce, closed)
  }

  /** Errors: Sealed. */
  open(place: string, closed: Uint8Array): Uint8Array {
    const key = this.key(closed[0] ?? 0)
    try {
      return xchacha20poly1305(key, closed.subarray(1, 1 + NONCE_BYTES), text.encode(place)).decrypt(closed.subarray(1 + NONCE_BYTES))
    } catch (error) {
      throw new Sealed('changed, or of another place', { cause: error })
    }
  }
}

/** Return a photo's bytes under their own key; the same again gives them back. Each key is used for one photo only. */
export function photoCipher(content_key: Uint8Array, bytes: ArrayBuffer | Uint8Array): ArrayBuffer {
  return chacha20(content_key, new Uint8Array(12), new Uint8Array(bytes)).buffer as ArrayBuffer
}

/** Return Dexie's middleware that seals what goes in and opens what comes out, within the same transaction. */
export function atRest(vault: Vault): Middleware<DBCore> {
  // Below Dexie's own layers: what they watch and cache is the row as the app knows it.
  const level = -10
  return { stack: 'dbcore', name: 'at-rest', level, create: (down) => ({ ...down, table: (name) => sealing(down.table(name), vault) }) }
}

function sealing(table: DBCoreTable, vault: Vault): DBCoreTable {
  const place = new Place(table, vault)
  const opened = (row: SealedRow | undefined) => place.open(row)
  return {
    ...table,
    mutate: (request) =>
      table.mutate(
        request.type === 'add' || request.type === 'put'
          ? { ...request, values: request.values.map((row: Row) => place.close(row)) }
          : request,
      ),
    get: (request) => table.get(request).then(opened),
    getMany: (request) => table.getMany(request).then((rows) => rows.map(opened)),
    query: (request) =>
      table.query(request).then((answer) => (request.values === false ? answer : { ...answer, result: answer.result.map(opened) })),
    openCursor: (request) => table.openCursor(request).then((cursor) => (cursor && request.values ? openedCursor(cursor, opened) : cursor)),
  }
}

/** The browser's own cursor must not be called through another object, so each of its getters is repeated. */
function openedCursor(cursor: DBCoreCursor, opened: (row: SealedRow | undefined) => Row | undefined): DBCoreCursor {
  return Object.create(cursor, {
    key: { get: () => cursor.key },
    primaryKey: { get: () => cursor.primaryKey },
    value: { get: () => opened(cursor.value as SealedRow) },
  }) as DBCoreCursor
}

class Place {
  readonly #open: Set<string>
  readonly #name: string

  constructor(
    readonly table: DBCoreTable,
    readonly vault: Vault,
  ) {
    this.#name = table.name
    const paths = [table.schema.primaryKey, ...table.schema.indexes].flatMap((index) => index.keyPath ?? [])
    this.#open = new Set([...paths, ...(ALSO_OPEN[table.name] ?? [])])
  }

  close(row: Row): SealedRow {
    if (this.#name === OWN_KEY) return this.#closePhoto(row)
    const open: SealedRow = {}
    const rest: Row = {}
    for (const [name, value] of Object.entries(row)) (this.#open.has(name) ? open : rest)[name] = value
    return { ...open, sealed: this.vault.close(this.#of(row), packed(rest)) }
  }

  /** What lies open is the newer word: a locked phone can only write there. */
  open(row: SealedRow | undefined): Row | undefined {
    if (!row?.sealed) return row
    const { sealed, ...open } = row
    const rest = unpacked(this.vault.open(this.#of(row), sealed))
    return this.#name === OWN_KEY ? openPhoto(open, rest) : { ...rest, ...open }
  }

  #closePhoto(row: Row): SealedRow {
    const { bytes, content_key, ...open } = row as Row & { bytes: ArrayBuffer; content_key?: Uint8Array }
    const key = content_key ?? crypto.getRandomValues(new Uint8Array(32))
    const sealed = this.vault.close(this.#of(row), packed({ content_key: toBase64(key) }))
    return { ...open, bytes: photoCipher(key, bytes), sealed }
  }

  #of(row: Row): string {
    return `${this.#name}\n${JSON.stringify(this.table.schema.primaryKey.extractKey?.(row))}`
  }
}

function openPhoto(open: Row, rest: Row): Row {
  const content_key = fromBase64(String(rest.content_key))
  return { ...open, content_key, bytes: photoCipher(content_key, open.bytes as ArrayBuffer) }
}

/** Rows are JSON but for `bytes`, which follow as they are. */
function packed({ bytes, ...rest }: Row): Uint8Array {
  const json = text.encode(JSON.stringify(rest))
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, json.length)
  return joined(length, json, bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array())
}

function unpacked(plain: Uint8Array): Row {
  const end = 4 + new DataView(plain.buffer, plain.byteOffset).getUint32(0)
  const rest = JSON.parse(read.decode(plain.subarray(4, end))) as Row
  return end < plain.length ? { ...rest, bytes: plain.slice(end).buffer } : rest
}
