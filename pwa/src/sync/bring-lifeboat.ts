/** Send what a lifeboat file holds: every record and photo in its author's name, as often as one likes without doubling anything. */
import { byNumber } from '../core/outbox'
import type { LifeboatReceipt, Mutation } from '../core/types'
import { toBase64 } from '../device/base64'
import { type Line, pause } from '../device/phone'
import { ask, Refusal, type Reply, Unanswered } from '../device/server'
import type { Boat, BoatPhoto, BoatRecord } from './lifeboat'
import { carry, carryInOrder } from './send-sealed'

const PIECE_BYTES = 256 * 1024
const TRIES = 4
const TUS = { 'Tus-Resumable': '1.0.0' }

/** How far it is: receipts so far, photos that arrived, and photos that the server did not take. */
export type Bringing = { receipts: LifeboatReceipt[]; arrived: number; refused: number }

/** Return how it ended, telling each step. Errors: Unanswered, NotSignedIn, Refusal; begin again later, nothing is doubled. */
export async function bringLifeboat(line: Line, boat: Boat, tell: (so_far: Bringing) => void): Promise<Bringing> {
  const so_far: Bringing = { receipts: [], arrived: 0, refused: 0 }
  await carryInOrder(byNumber(boat.records.map(asWaiting)), async (batch) => {
    const receipts = await carry(line, batch)
    so_far.receipts.push(...receipts)
    tell({ ...so_far })
    return receipts
  })
  for (const photo of boat.photos) {
    if (await bringPhoto(line, photo)) so_far.arrived += 1
    else so_far.refused += 1
    tell({ ...so_far })
  }
  return so_far
}

/** What the order of sending looks at; nothing else of the record is known. */
function asWaiting({ id, number, subjects, envelope }: BoatRecord): Mutation {
  return { id, number, subjects, envelope, state: 'waiting', tries: 0 } as unknown as Mutation
}

/** Return whether the photo arrived; false when the server will not take it. */
async function bringPhoto(line: Line, photo: BoatPhoto): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      return await sendPhoto(line, photo)
    } catch (error) {
      if (error instanceof Refusal) return false
      if (!(error instanceof Unanswered) || tries === TRIES) throw error
      await pause(line.clock, tries * 1000)
    }
  }
}

async function sendPhoto(line: Line, { sha256, size_bytes, envelope, bytes }: BoatPhoto): Promise<boolean> {
  const metadata = `sha256 ${toBase64(new TextEncoder().encode(sha256))},envelope ${envelope}`
  const headers = { ...TUS, 'Upload-Length': String(size_bytes), 'Upload-Metadata': metadata }
  let reply = await ask(line, { method: 'POST', path: '/api/photos', headers })
  const path = new URL(reply.headers.get('Location') ?? '', 'http://any').pathname
  while (!hasReceipt(reply, sha256)) {
    const offset = Number(reply.headers.get('Upload-Offset') ?? 0)
    if (!(offset < size_bytes)) throw new Unanswered('no-receipt')
    reply = await sendPiece(line, path, await bytes.slice(offset, offset + PIECE_BYTES).arrayBuffer(), offset)
  }
  return true
}

async function sendPiece(line: Line, path: string, piece: ArrayBuffer, offset: number): Promise<Reply> {
  const headers = { ...TUS, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) }
  return ask(line, { method: 'PATCH', path, bytes: piece, headers })
}

function hasReceipt(reply: Reply, sha256: string): boolean {
  return reply.headers.get('Photo-Receipt')?.split(' ')[0] === sha256
}
