/** Send waiting records in batches and keep what the server says of each. */
import { BATCH, byNumber, heldToAsk, isUnsent, nextBatch, next, onReceipt, parking, problemCode, stalledRecords } from '../core/outbox'
import type { Id, Mutation, Problem, PushAnswer, PushBody, Receipt } from '../core/types'
import type { Phone } from '../device/phone'
import { askJson, Refusal, Unanswered } from '../device/server'
import { StorageFull, surviving } from '../device/storage'
import { noteTold, waitingOf } from './told'

/** This app is too old for the server. The queue stays; the person updates. */
export class Outdated extends Error {
  override name = 'Outdated'
  constructor(readonly problem: Problem) {
    super('rulebook outdated')
  }
}

/** The server refuses the whole push for a reason that no single record explains. */
export class Blocked extends Error {
  override name = 'Blocked'
  constructor(readonly problem: Problem) {
    super(problem.type)
  }
}

// A slow network carries this in a minute; the server itself takes 2 MB.
const BODY_BYTES = 256 * 1024
const TIMEOUT_MS = 60_000

/** How many records the next push may carry, halved by every failure and doubled by every success; and how many were answered so far. */
export type Pace = { limit: number; answered: number }

/**
 * Send until nothing is left that can be sent; return how many records were answered.
 * Errors: Unanswered, NotSignedIn, Outdated, Blocked. Whatever happens, every record stays until a receipt names it.
 */
export async function push(phone: Phone, pace: Pace = { limit: BATCH, answered: 0 }): Promise<number> {
  let answered = 0
  let queue = await phone.database.unsentMutations()
  while (nextBatch(queue, 1).length > 0) {
    while (nextBatch(queue, 1).length > 0) {
      const gone = await pushOnce(phone, nextBatch(queue, pace.limit), pace)
      answered += gone.size
      queue = gone.size ? queue.filter((mutation) => !gone.has(mutation.id)) : await phone.database.unsentMutations()
    }
    queue = await phone.database.unsentMutations()
  }
  answered += await pushStalled(phone, queue)
  return answered + (await pushHeld(phone))
}

/** Ask what the desk has decided about held records; last, because nothing waits for it. */
async function pushHeld(phone: Phone): Promise<number> {
  const held = await surviving(phone.database, () => phone.database.mutations.where('state').equals('held').toArray())
  const due = heldToAsk(held, phone.clock.now()).slice(0, BATCH)
  return due.length ? (await pushOnce(phone, due, { limit: BATCH, answered: 0 })).size : 0
}

/** Try alone each record on which the server kept failing. */
async function pushStalled(phone: Phone, queue: Mutation[]): Promise<number> {
  let answered = 0
  for (const mutation of stalledRecords(queue)) {
    try {
      answered += (await pushOnce(phone, [mutation], { limit: 1, answered: 0 })).size
    } catch (error) {
      if (!isServersFault(error) && !(error instanceof Unanswered && error.reason === 'no-receipt')) throw error
    }
  }
  return answered
}

/** Send one batch; return the ids that are settled, none when a smaller batch should be tried. */
async function pushOnce(phone: Phone, candidates: Mutation[], pace: Pace): Promise<Set<Id>> {
  const batch = fitting(candidates)
  await showSending(phone, batch)
  try {
    const json = await envelope(phone, batch)
    const question = { method: 'POST', path: '/api/sync/push', json, timeout_ms: TIMEOUT_MS } as const
    const answer = await askJson<PushAnswer>(phone, question, isAnswer)
    await noteTold(phone, json.device, json.waiting)
    const gone = await keepReceipts(phone, batch, answer.receipts)
    pace.limit = Math.min(BATCH, pace.limit * 2)
    pace.answered += gone.size
    return gone
  } catch (error) {
    await move(phone, batch, 'unanswered')
    return afterFailure(phone, batch, error, pace)
  }
}

async function envelope(phone: Phone, batch: Mutation[]): Promise<PushBody> {
  const device = (await phone.database.deviceOf(batch[0]?.device_code ?? '')) ?? ''
  const waiting = await waitingOf(phone, device)
  return {
    device,
    rulebook: phone.rulebook,
    sent_at: new Date(phone.clock.now()).toISOString(),
    waiting: { ...waiting, mutations: Math.max(0, waiting.mutations - batch.filter(isUnsent).length) },
    mutations: batch.map(({ id, number, name, at, args, skew_ms }) => ({ id, number, name, at, args, ...(skew_ms == null ? {} : { skew_ms }) })),
  }
}

/** Return as many of the candidates as fit one body, at least one, all made on one device: the envelope names only one. */
function fitting(candidates: Mutation[]): Mutation[] {
  let bytes = 0
  const batch: Mutation[] = []
  for (const mutation of candidates) {
    bytes += new TextEncoder().encode(JSON.stringify(mutation.args)).length + 200
    if (batch.length && (bytes > BODY_BYTES || mutation.device_code !== batch[0]?.device_code)) break
    batch.push(mutation)
  }
  return batch
}

/** For the eye only: a phone that is too full to note it must still be able to send. */
async function showSending(phone: Phone, batch: Mutation[]): Promise<void> {
  try {
    await move(phone, batch, 'send')
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error
  }
}

async function move(phone: Phone, batch: Mutation[], happening: 'send' | 'unanswered'): Promise<void> {
  const ids = batch.map((mutation) => mutation.id)
  await surviving(phone.database, () =>
    phone.database.mutations
      .where('id')
      .anyOf(ids)
      .modify((mutation) => {
        mutation.state = next(mutation.state, happening)
      }),
  )
}

/** Keep every receipt in one transaction; return the ids that have one. */
async function keepReceipts(phone: Phone, batch: Mutation[], receipts: Receipt[]): Promise<Set<Id>> {
  const { database } = phone
  const now = new Date(phone.clock.now()).toISOString()
  const byId = new Map(receipts.filter(isReceipt).map((receipt) => [receipt.id, receipt]))
  const answered = batch.filter((mutation) => byId.has(mutation.id))
  await surviving(database, () =>
    database.transaction('rw', database.mutations, async () => {
      const kept = await database.mutations.bulkGet(answered.map((mutation) => mutation.id))
      await database.mutations.bulkPut(kept.flatMap((mutation) => (mutation ? answeredBy(mutation, byId, now) : [])))
    }),
  )
  await blameFirstUnanswered(phone, batch, answered)
  return new Set(answered.map((mutation) => mutation.id))
}

function answeredBy(mutation: Mutation, receipts: Map<Id, Receipt>, now: string): Mutation[] {
  const receipt = receipts.get(mutation.id)
  const change = receipt && onReceipt(mutation, receipt, now)
  return change ? [{ ...mutation, ...change }] : []
}

function isAnswer(answer: Partial<PushAnswer>): boolean {
  return Array.isArray(answer.receipts)
}

function isReceipt(receipt: Partial<Receipt> | null): receipt is Receipt {
  return typeof receipt?.id === 'string' && ['applied', 'refused', 'held'].includes(receipt.outcome ?? '')
}

/** The server stops at the record it fails on: the first without a receipt. The others were only behind it. */
async function blameFirstUnanswered(phone: Phone, batch: Mutation[], answered: Mutation[]): Promise<void> {
  const first = byNumber(batch).find((mutation) => !answered.includes(mutation))
  if (!first) return
  await move(phone, batch, 'unanswered')
  await blame(phone, first.id)
  if (answered.length === 0) throw new Unanswered('no-receipt')
}

async function blame(phone: Phone, id: Id): Promise<void> {
  await surviving(phone.database, () =>
    phone.database.mutations.update(id, (mutation) => {
      mutation.tries += 1
    }),
  )
}

/** Decide what a failed batch means. Returns when a smaller batch is worth trying at once; else throws. */
async function afterFailure(phone: Phone, batch: Mutation[], error: unknown, pace: Pace): Promise<Set<Id>> {
  const alone = batch.length === 1 ? batch[0] : undefined
  pace.limit = Math.max(1, Math.floor(batch.length / 2))
  if (isServersFault(error)) return afterFault(phone, alone, error)
  if (!(error instanceof Refusal)) throw error
  if (problemCode(error.problem) === 'rulebook-outdated') throw new Outdated(error.problem)
  if (![400, 413, 422].includes(error.status)) throw new Blocked(error.problem)
  return alone ? park(phone, alone, error.problem) : new Set()
}

/** The server failed on one of these, and settled those before it: a smaller batch finds which. Alone, it bears the blame. */
async function afterFault(phone: Phone, alone: Mutation | undefined, error: unknown): Promise<Set<Id>> {
  if (!alone) return new Set()
  await blame(phone, alone.id)
  throw error
}

/** A push that the server cannot read with this record, and can without it: the record waits for the person, the rest goes on. */
async function park(phone: Phone, mutation: Mutation, problem: Problem): Promise<Set<Id>> {
  await probe(phone)
  const now = new Date(phone.clock.now()).toISOString()
  await surviving(phone.database, () =>
    phone.database.transaction('rw', phone.database.mutations, async () => {
      const kept = await phone.database.mutations.get(mutation.id)
      if (kept && isUnsent(kept)) await phone.database.mutations.update(mutation.id, parking(problem, now))
    }),
  )
  return new Set([mutation.id])
}

/** Errors: Blocked when even an empty push is refused: then the fault lies in the envelope and in no record. */
async function probe(phone: Phone): Promise<void> {
  try {
    await askJson(phone, { method: 'POST', path: '/api/sync/push', json: await envelope(phone, []) }, isAnswer)
  } catch (error) {
    throw error instanceof Refusal ? new Blocked(error.problem) : error
  }
}

/** The server failed on one of the records, or a proxy before it takes no body of this size: smaller batches find out. */
function isServersFault(error: unknown): boolean {
  return error instanceof Unanswered && (error.status === 500 || error.status === 413)
}
