/** Send what lies sealed on this phone without being able to read it: for a locked phone, and for the account of a colleague. */
import { byNumber, isUnsent, next, nextBatch, STALLED_AFTER } from '../core/outbox'
import type { Id, LifeboatAnswer, LifeboatReceipt, Mutation, PushBody } from '../core/types'
import { toBase64 } from '../device/base64'
import type { Database } from '../device/database'
import type { Line, Phone } from '../device/phone'
import { askJson } from '../device/server'
import { surviving } from '../device/storage'
import { alone } from './runner'
import { uploadPhotos } from './upload-photos'

const BODY_BYTES = 512 * 1024
const TIMEOUT_MS = 60_000

export type Left = { mutations: number; photos: number }

/**
 * Send records and photos once; return how many are left. A record that the server refuses stays as it is: its own
 * phone hears the reason when it is unlocked. Errors: Unanswered, NotSignedIn, Refusal.
 */
export async function sendSealed(phone: Phone): Promise<Left> {
  await alone(phone, 'push', () => sendRecords(phone))
  await alone(phone, 'photos', () => uploadPhotos(phone))
  return phone.database.countUnsent()
}

async function sendRecords(phone: Phone): Promise<void> {
  const queue = await phone.database.unsentMutations()
  await carryInOrder(queue, async (batch) => {
    const receipts = await carry(phone, batch, await waitingAfter(phone.database, batch))
    await keepReceipts(phone, receipts)
    return receipts
  })
}

/**
 * Send sealed records in the order in which they were made, by `send`. What cannot be sent or opened now holds back what
 * names the same things: done without it, that would be refused for good.
 */
export async function carryInOrder(records: Mutation[], send: (batch: Mutation[]) => Promise<LifeboatReceipt[]>): Promise<void> {
  let queue = records.map((one) => (one.envelope ? one : { ...one, tries: STALLED_AFTER }))
  for (let batch = fitting(nextBatch(queue)); batch.length; batch = fitting(nextBatch(queue))) {
    const answered = new Map((await send(batch)).map((receipt) => [receipt.id, receipt]))
    queue = queue.flatMap((one) => settled(one, batch, answered))
  }
}

function settled(one: Mutation, batch: Mutation[], answered: Map<Id, LifeboatReceipt>): Mutation[] {
  if (!batch.includes(one)) return [one]
  return answered.get(one.id)?.outcome === 'unopened' ? [{ ...one, tries: STALLED_AFTER }] : []
}

function fitting(candidates: Mutation[]): Mutation[] {
  let bytes = 0
  return candidates.filter(({ envelope }, index) => {
    bytes += (envelope?.length ?? 0) * 1.4 + 200
    return index === 0 || bytes <= BODY_BYTES
  })
}

/** Return what became of sealed records, at most 200. Errors: Unanswered, NotSignedIn, Refusal. */
export async function carry(line: Line, batch: Mutation[], waiting?: PushBody['waiting']): Promise<LifeboatReceipt[]> {
  const records = batch.map(({ id, number, envelope }) => ({ id, number, envelope: toBase64(envelope ?? new Uint8Array()) }))
  const json = { records, ...(waiting ? { waiting } : {}) }
  const question = { method: 'POST', path: '/api/sync/lifeboat', json, timeout_ms: TIMEOUT_MS } as const
  const { receipts } = await askJson<LifeboatAnswer>(line, question, (said) => Array.isArray(said.receipts) && said.receipts.length === records.length)
  return receipts
}

async function waitingAfter(database: Database, batch: Mutation[]): Promise<PushBody['waiting']> {
  const photos = await database.unsentPhotos()
  const bytes = photos.reduce((total, photo) => total + photo.size_bytes - photo.sent_bytes, 0)
  return { mutations: (await database.countUnsent()).mutations - batch.length, photos: photos.length, bytes }
}

/** Keep receipts where a locked phone can write: beside what is sealed. A refusal's words are kept only by an unlocked one. */
async function keepReceipts(phone: Phone, receipts: LifeboatReceipt[]): Promise<void> {
  const { database } = phone
  const answered_at = new Date(phone.clock.now()).toISOString()
  await surviving(database, () =>
    database.transaction('rw', database.mutations, async () => {
      for (const { id, outcome, revision } of byNumber(receipts)) {
        if (outcome !== 'applied' && outcome !== 'held') continue
        await database.mutations
          .where('id')
          .equals(id)
          .filter(isUnsent)
          .modify((row) => {
            Object.assign(row, { state: next(row.state, outcome), shows: 1, revision: revision ?? null, answered_at })
          })
      }
    }),
  )
}
