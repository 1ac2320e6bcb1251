/** Carry everything unsent of a phone in one file: written without the PIN, read by any colleague's phone or the desk, which can send it but not read it. */
import { byNumber } from '../core/outbox'
import type { Id, Instant, Sha256 } from '../core/types'
import { toBase64 } from '../device/base64'
import type { Database } from '../device/database'
import type { SealedRow } from '../device/at-rest'

/** The first frame: counts only, and the device's code, which heads its receipt numbers. */
export type BoatHead = { made_at: Instant; device_code: string; records: number; photos: number }
type RecordMeta = { id: Id; number: number; subjects: Id[] }
type PhotoMeta = { sha256: Sha256; size_bytes: number; envelope: string }
export type BoatRecord = RecordMeta & { envelope: Uint8Array }
export type BoatPhoto = PhotoMeta & { bytes: Blob }
export type Boat = { head: BoatHead; records: BoatRecord[]; photos: BoatPhoto[] }

/** The file is no lifeboat, or it is cut: `what` says which. */
export class NotALifeboat extends Error {
  override name = 'NotALifeboat'
  constructor(readonly what: 'other' | 'cut') {
    super(what)
  }
}

const MAGIC = 'GWL1'
const MOST_META_BYTES = 1_000_000
const KINDS = { head: 1, record: 2, photo: 3, end: 4 } as const
type KindOfFrame = keyof typeof KINDS

/**
 * Return the file of everything that the server has not confirmed, refused records that still wait included.
 * `database` may be a locked one. Frame by frame, so that no photo is copied: kind (1 byte), length of the JSON (4,
 * big-endian), length of the body (4), the JSON, the body.
 */
export async function writeLifeboat(database: Database, device_code: string, now: Date): Promise<{ file: File; head: BoatHead }> {
  const records = byNumber((await database.mutations.toArray()).filter((one) => isLeft(one.state) && one.envelope))
  const photos = (await database.photos.toArray()).filter((one) => isLeft(one.state))
  const parts: BlobPart[] = []
  const loaded: Sha256[] = []
  for (const { sha256, size_bytes } of photos) {
    const kept = await rawBytes(database, sha256)
    if (!kept) continue
    parts.push(...frame('photo', { sha256, size_bytes, envelope: toBase64(kept.for_server) } satisfies PhotoMeta, kept.bytes))
    loaded.push(sha256)
  }
  const texts = records.flatMap(({ id, number, subjects = [], envelope = new Uint8Array() }) => {
    return frame('record', { id, number, subjects } satisfies RecordMeta, envelope as Uint8Array<ArrayBuffer>)
  })
  const head: BoatHead = { made_at: now.toISOString(), device_code, records: records.length, photos: loaded.length }
  const all = [MAGIC, ...frame('head', head), ...texts, ...parts, ...frame('end', {})]
  return { file: new File(all, nameOf(device_code, now), { type: 'application/octet-stream' }), head }
}

function isLeft(state: string): boolean {
  return state !== 'applied' && state !== 'arrived' && state !== 'drafted' && state !== 'held'
}

/** An unlocked database would open the bytes; the file takes them as they lie. */
async function rawBytes(database: Database, sha256: Sha256): Promise<{ bytes: ArrayBuffer; for_server: Uint8Array } | null> {
  const row = (await database.table('photo_bytes').get(sha256)) as (SealedRow & { bytes: ArrayBuffer; for_server?: Uint8Array }) | undefined
  return row?.for_server ? { bytes: row.bytes, for_server: row.for_server } : null
}

function nameOf(device_code: string, now: Date): string {
  const day = now.toISOString().slice(0, 10)
  return `巡格救生-${device_code}-${day}.gwl`
}

function frame(kind: KindOfFrame, meta: object, body: ArrayBuffer | Uint8Array<ArrayBuffer> = new ArrayBuffer(0)): BlobPart[] {
  const json = new TextEncoder().encode(JSON.stringify(meta))
  const lengths = new Uint8Array(9)
  const view = new DataView(lengths.buffer)
  view.setUint8(0, KINDS[kind])
  view.setUint32(1, json.length)
  view.setUint32(5, body.byteLength)
  return [lengths, json, body]
}

/** Return what a file holds; photos stay in the file until they are sent. Errors: NotALifeboat. */
export async function readLifeboat(file: Blob): Promise<Boat> {
  if ((await file.slice(0, MAGIC.length).text()) !== MAGIC) throw new NotALifeboat('other')
  let head: BoatHead | null = null
  const records: BoatRecord[] = []
  const photos: BoatPhoto[] = []
  for (let at = MAGIC.length; ; ) {
    const { kind, meta, body, end } = await frameAt(file, at)
    if (kind === KINDS.head) head = meta as BoatHead
    if (kind === KINDS.record) records.push({ ...(meta as RecordMeta), envelope: new Uint8Array(await body.arrayBuffer()) })
    if (kind === KINDS.photo) photos.push({ ...(meta as PhotoMeta), bytes: body })
    if (kind === KINDS.end) break
    at = end
  }
  if (!head || head.records !== records.length || head.photos !== photos.length) throw new NotALifeboat('cut')
  return { head, records, photos }
}

async function frameAt(file: Blob, at: number): Promise<{ kind: number; meta: unknown; body: Blob; end: number }> {
  const lengths = new DataView(await file.slice(at, at + 9).arrayBuffer())
  if (lengths.byteLength < 9) throw new NotALifeboat('cut')
  const [meta_bytes, body_bytes] = [lengths.getUint32(1), lengths.getUint32(5)]
  const [begins, end] = [at + 9 + meta_bytes, at + 9 + meta_bytes + body_bytes]
  if (end > file.size || meta_bytes > MOST_META_BYTES) throw new NotALifeboat('cut')
  try {
    const meta: unknown = JSON.parse(await file.slice(at + 9, begins).text())
    return { kind: lengths.getUint8(0), meta, body: file.slice(begins, end), end }
  } catch {
    throw new NotALifeboat('cut')
  }
}
