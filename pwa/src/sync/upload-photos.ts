/** Send photos by tus 1.0, resumed at the byte; a photo has arrived only when the server proves its hash. */
import { hex } from '../core/numbers'
import { problemCode } from '../core/outbox'
import type { Photo, Problem, Sha256 } from '../core/types'
import type { Phone } from '../device/phone'
import { ask, type Question, Refusal, type Reply, Unanswered } from '../device/server'
import { surviving } from '../device/storage'
import { type Cargo, load } from './cargo'

export const CHUNK_BYTES = 256 * 1024
/** After a failure: on a bad network a small piece arrives where a big one is cut. */
const SMALL_CHUNK_BYTES = 64 * 1024
const FAILURES_IN_A_ROW = 3
const RESTARTS = 3
/** So often may a piece arrive damaged or in the wrong place before the network gets time to recover. */
const STUCK = 4
/** Where a proxy takes bodies only up to some size. */
const SMALLEST_CHUNK_BYTES = 8 * 1024
/** The server will never take these bytes. Any other refusal may be of what a proxy made of the request: the photo waits. */
const FINAL = ['not-a-photo', 'photo-too-large']
/** How a proxy that knows no PATCH, or forbids it, answers one. */
const NO_PATCH = [400, 403, 405, 501]
const TUS = { 'Tus-Resumable': '1.0.0' }

/**
 * How big a piece may be, smaller after a failure and growing back with success up to `most_bytes`, which a proxy may
 * lower; how many pieces went through so far; and whether PATCH goes as POST because something on the way forbids it.
 */
export type Pace = { chunk_bytes: number; pieces: number; most_bytes?: number; as_post?: boolean }

/**
 * Send every waiting photo; return how many arrived. Photos of refused records are sent as well: they are evidence.
 * Photos that failed before come last, so that one which cannot be sent holds up no other.
 * Errors: Unanswered after several failures in a row or without a network, NotSignedIn.
 */
export async function uploadPhotos(phone: Phone, pace: Pace = { chunk_bytes: CHUNK_BYTES, pieces: 0 }): Promise<number> {
  let arrived = 0
  let failures = 0
  let last: Unanswered | null = null
  for (const photo of await unsentPhotos(phone)) {
    try {
      arrived += (await uploadPhoto(phone, photo, pace)) ? 1 : 0
      failures = 0
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      await afterFailure(phone, photo.sha256, pace, error)
      last = error
      if (error.status === 0 || ++failures >= FAILURES_IN_A_ROW) throw error
    }
  }
  if (last) throw last
  return arrived
}

async function unsentPhotos(phone: Phone): Promise<Photo[]> {
  const photos = await phone.database.unsentPhotos()
  return photos.sort((one, other) => one.tries - other.tries || one.kept_at.localeCompare(other.kept_at))
}

async function afterFailure(phone: Phone, sha256: Sha256, pace: Pace, error: Unanswered): Promise<void> {
  if (error.status === 413) pace.most_bytes = Math.max(SMALLEST_CHUNK_BYTES, Math.min(SMALL_CHUNK_BYTES, pace.chunk_bytes / 2))
  pace.chunk_bytes = Math.min(SMALL_CHUNK_BYTES, mostBytes(pace))
  await change(phone, sha256, (photo) => {
    photo.tries += 1
    photo.state = 'waiting'
  })
}

/** Return whether the photo arrived; false when the server refused it for good, or when it waits for the phone to be unlocked. */
async function uploadPhoto(phone: Phone, photo: Photo, pace: Pace): Promise<boolean> {
  const { sha256 } = photo
  const cargo = await load(phone, photo)
  if (!cargo) return cargo === undefined && refuse(phone, sha256, LOST_BYTES)
  if (photo.upload_url && Boolean(photo.upload_sealed) !== Boolean(cargo.envelope)) await startAgain(phone, sha256)
  return send(phone, cargo, pace)
}

async function send(phone: Phone, cargo: Cargo, pace: Pace): Promise<boolean> {
  const { sha256 } = cargo
  for (let restart = 0; restart < RESTARTS; restart++) {
    try {
      if (await uploadOnce(phone, cargo, pace)) return true
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (!isRestart(error)) return afterRefusal(phone, cargo, error)
      if (await isDamaged(phone, cargo)) return refuse(phone, sha256, DAMAGED)
    }
    await startAgain(phone, sha256)
  }
  throw new Unanswered('restarted-too-often', 500)
}

function mostBytes(pace: Pace): number {
  return pace.most_bytes ?? CHUNK_BYTES
}

/** A refusal of sealed bytes says little of the photo: its own phone asks again when it is unlocked. */
async function afterRefusal(phone: Phone, { sha256, envelope }: Cargo, refusal: Refusal): Promise<false> {
  if (!envelope && FINAL.includes(problemCode(refusal.problem))) return refuse(phone, sha256, refusal.problem)
  throw new Unanswered('trouble', refusal.status)
}

/** Gone, expired, or damaged on the way: the bytes here are still good, so begin again. */
function isRestart(refusal: Refusal): boolean {
  return [404, 410].includes(refusal.status) || problemCode(refusal.problem) === 'digest-mismatch'
}

async function isDamaged(phone: Phone, { sha256, bytes, envelope }: Cargo): Promise<boolean> {
  return !envelope && hex(new Uint8Array(await phone.crypto.sha256(bytes))) !== sha256
}

/** Bring one upload to its end; false when the server no longer knows how far it is and it must start again. */
async function uploadOnce(phone: Phone, cargo: Cargo, pace: Pace): Promise<boolean> {
  const { sha256, bytes } = cargo
  const photo = await surviving(phone.database, () => phone.database.photos.get(sha256))
  if (!photo || photo.state === 'arrived') return true
  let reply = photo.upload_url ? await standing(phone, photo.upload_url) : await create(phone, photo, cargo)
  const url = photo.upload_url ?? (await locate(phone, cargo, reply))
  let furthest = -1
  for (let stuck = 0; stuck < STUCK; ) {
    if (hasReceipt(reply, sha256)) return arrive(phone, sha256)
    const offset = offsetOf(reply)
    if (offset >= bytes.byteLength) return false
    stuck = offset > furthest ? 0 : stuck + 1
    furthest = Math.max(furthest, offset)
    await noteSent(phone, sha256, offset)
    reply = await sendPiece(phone, url, bytes, offset, pace)
  }
  throw new Unanswered('no-progress', 500)
}

async function standing(phone: Phone, url: string): Promise<Reply> {
  return ask(phone, { method: 'HEAD', path: url, headers: TUS })
}

/** Begin an upload. What cannot be read about the photo is left out rather than the photo: its record carries the same facts. */
async function create(phone: Phone, photo: Photo, { envelope }: Cargo): Promise<Reply> {
  const begin = (metadata: string): Promise<Reply> =>
    ask(phone, {
      method: 'POST',
      path: '/api/photos',
      headers: { ...TUS, 'Upload-Length': String(photo.size_bytes), 'Upload-Metadata': metadata },
    })
  if (envelope) return begin(`sha256 ${base64(photo.sha256)},envelope ${envelope}`)
  try {
    return await begin(metadataOf(photo))
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return begin(`sha256 ${base64(photo.sha256)}`)
    throw error
  }
}

async function locate(phone: Phone, { sha256, envelope }: Cargo, reply: Reply): Promise<string> {
  const location = reply.headers.get('Location')
  if (reply.status !== 201 || !location) throw new Unanswered('not-the-server', reply.status)
  // Behind a proxy the address may come back with another origin; only its path is ours.
  const url = new URL(location, 'http://any').pathname
  await change(phone, sha256, (photo) => {
    photo.upload_url = url
    photo.upload_sealed = envelope !== null
    photo.state = 'uploading'
  })
  return url
}

/** Send one piece and return where the server then stands: the server's offset is the truth, also after a disagreement. */
async function sendPiece(phone: Phone, url: string, bytes: ArrayBuffer, offset: number, pace: Pace): Promise<Reply> {
  const piece = bytes.slice(offset, offset + pace.chunk_bytes)
  const digest = new Uint8Array(await phone.crypto.sha256(piece))
  const question: Question = {
    method: pace.as_post ? 'POST' : 'PATCH',
    path: url,
    bytes: piece,
    headers: {
      ...TUS,
      ...(pace.as_post ? { 'X-HTTP-Method-Override': 'PATCH' } : {}),
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(offset),
      'Upload-Checksum': `sha256 ${btoa(String.fromCharCode(...digest))}`,
    },
  }
  try {
    const reply = await ask(phone, question)
    pace.chunk_bytes = Math.min(mostBytes(pace), pace.chunk_bytes * 2)
    pace.pieces += 1
    return reply.headers.has('Upload-Offset') ? reply : await standing(phone, url)
  } catch (error) {
    if (isNoPatch(error) && !pace.as_post) {
      pace.as_post = true
      return sendPiece(phone, url, bytes, offset, pace)
    }
    if (!(error instanceof Refusal) || ![409, 460].includes(error.status)) throw error
    pace.chunk_bytes = Math.min(SMALL_CHUNK_BYTES, mostBytes(pace))
    return standing(phone, url)
  }
}

function isNoPatch(error: unknown): boolean {
  return error instanceof Unanswered && NO_PATCH.includes(error.status)
}

function metadataOf(photo: Photo): string {
  const facts: Record<string, string | number> = { sha256: photo.sha256, taken_at: photo.taken_at }
  if (photo.redacts) facts.redacts = photo.redacts
  if (photo.fix) {
    const { lon, lat, crs, accuracy_m, source } = photo.fix
    Object.assign(facts, { lon, lat, crs, accuracy_m, source })
  }
  return Object.entries(facts)
    .map(([key, value]) => `${key} ${base64(String(value))}`)
    .join(',')
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function offsetOf(reply: Reply): number {
  const offset = reply.headers.get('Upload-Offset') ?? (reply.status === 201 ? '0' : '')
  if (!/^\d+$/.test(offset)) throw new Unanswered('not-the-server', reply.status)
  return Number(offset)
}

function hasReceipt(reply: Reply, sha256: Sha256): boolean {
  return reply.headers.get('Photo-Receipt')?.split(' ')[0] === sha256
}

async function arrive(phone: Phone, sha256: Sha256): Promise<true> {
  const arrived_at = new Date(phone.clock.now()).toISOString()
  await change(phone, sha256, (photo) => {
    Object.assign(photo, { state: 'arrived', sent_bytes: photo.size_bytes, problem: null, arrived_at } satisfies Partial<Photo>)
  })
  return true
}

async function noteSent(phone: Phone, sha256: Sha256, sent_bytes: number): Promise<void> {
  await change(phone, sha256, (photo) => {
    photo.sent_bytes = sent_bytes
    photo.state = 'uploading'
  })
}

async function startAgain(phone: Phone, sha256: Sha256): Promise<void> {
  await change(phone, sha256, (photo) => {
    Object.assign(photo, { upload_url: null, sent_bytes: 0 } satisfies Partial<Photo>)
  })
}

async function refuse(phone: Phone, sha256: Sha256, problem: Problem): Promise<false> {
  await change(phone, sha256, (photo) => {
    Object.assign(photo, { state: 'refused', problem } satisfies Partial<Photo>)
  })
  return false
}

/** Change a photo that is still on its way; another tab may have finished it meanwhile. */
async function change(phone: Phone, sha256: Sha256, alter: (photo: Photo) => void): Promise<void> {
  await surviving(phone.database, () =>
    phone.database.photos
      .where('sha256')
      .equals(sha256)
      .filter((photo) => photo.state !== 'arrived')
      .modify(alter),
  )
}

const DAMAGED: Problem = {
  type: '/problems/photo-damaged-on-phone',
  status: 0,
  title: 'Photo damaged',
  detail: 'The stored photo no longer matches its fingerprint. Take it again.',
  title_zh: '照片已损坏',
  detail_zh: '本机保存的照片与指纹不符，请重新拍摄。',
}
const LOST_BYTES: Problem = {
  type: '/problems/photo-lost-on-phone',
  status: 0,
  title: 'Photo missing',
  detail: 'The browser has removed this photo from the phone before it was sent. Take it again.',
  title_zh: '照片不见了',
  detail_zh: '浏览器在上传前清除了这张照片，请重新拍摄。',
}
