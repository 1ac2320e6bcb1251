/** Decide what is sent next and what an answer means for the queue; nothing here forgets a record. */
import type { Bilingual, Id, Instant, Mutation, Problem, Receipt } from './types'

type State = Mutation['state']
type Happening = 'send' | 'unanswered' | 'applied' | 'refused' | 'held'

/** What each happening makes of each state. A missing entry changes nothing: an answer that comes late or twice is harmless. */
const TRANSITIONS: Record<State, Partial<Record<Happening, State>>> = {
  waiting: { send: 'sending', applied: 'applied', refused: 'refused', held: 'held' },
  sending: { unanswered: 'waiting', applied: 'applied', refused: 'refused', held: 'held' },
  // The desk decides about a held record later; asking again with the same id brings that decision.
  held: { applied: 'applied', refused: 'refused', held: 'held' },
  applied: {},
  refused: {},
}

/** At most as many records as one push may carry. */
export const BATCH = 200
/** After so many failures of the server on one record, sending goes on without it and tries it alone at the end. */
export const STALLED_AFTER = 5
/** How long to leave a held record before asking again what became of it. */
export const ASK_HELD_AFTER_MS = 10 * 60_000

/** Return the state after a happening; the same state when it means nothing there. */
export function next(state: State, happening: Happening): State {
  return TRANSITIONS[state][happening] ?? state
}

/** Whether the server has still to hear of this record. */
export function isUnsent(mutation: Pick<Mutation, 'state'>): boolean {
  return mutation.state === 'waiting' || mutation.state === 'sending'
}

/**
 * Return the records for the next push, oldest first, at most `limit`.
 * A record on which the server keeps failing is left out, and so is every later one about the same thing: sent without
 * its forerunner it would be refused for good. Everything else goes on.
 */
export function nextBatch(mutations: readonly Mutation[], limit = BATCH): Mutation[] {
  const stalled = new Set<string>()
  const batch: Mutation[] = []
  for (const mutation of byNumber(mutations.filter(isUnsent))) {
    const subjects = subjectsOf(mutation)
    if (mutation.tries >= STALLED_AFTER || subjects.some((id) => stalled.has(id))) for (const id of subjects) stalled.add(id)
    else if (batch.length < limit) batch.push(mutation)
  }
  return batch
}

/** Return the records on which the server kept failing, oldest first; each is to be tried alone. */
export function stalledRecords(mutations: readonly Mutation[]): Mutation[] {
  return byNumber(mutations.filter((mutation) => isUnsent(mutation) && mutation.tries >= STALLED_AFTER))
}

/** Return the held records about which it is time to ask again. */
export function heldToAsk(mutations: readonly Mutation[], now_ms: number): Mutation[] {
  const due = (answered_at: Instant | null) => !answered_at || Math.abs(now_ms - Date.parse(answered_at)) >= ASK_HELD_AFTER_MS
  return byNumber(mutations.filter((mutation) => mutation.state === 'held' && due(mutation.answered_at)))
}

/** The ids that a record names directly: its hazard, visit, place, and the thing it makes. */
export function subjectsOf(mutation: Pick<Mutation, 'id' | 'args' | 'subjects'>): Id[] {
  if (mutation.subjects) return mutation.subjects
  return [mutation.id, ...Object.values(mutation.args).filter((value): value is Id => typeof value === 'string' && UUID.test(value))]
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function byNumber<M extends Pick<Mutation, 'number'>>(mutations: readonly M[]): M[] {
  return [...mutations].sort((one, other) => one.number - other.number)
}

/** Return what a receipt changes in the record; null when it changes nothing. */
export function onReceipt(mutation: Mutation, receipt: Receipt, now: Instant): Partial<Mutation> | null {
  const state = next(mutation.state, receipt.outcome)
  if (state !== receipt.outcome || (state === mutation.state && state !== 'held')) return null
  return {
    state,
    // Applied: shown from here until a pull has brought the server's own row. Refused: it never happened.
    shows: state === 'refused' ? 0 : 1,
    problem: receipt.problem ?? null,
    revision: receipt.revision ?? null,
    answered_at: now,
    parked: false,
  }
}

/** Return what parks a record that the server cannot read: it stays, asks for attention, and holds nothing up. */
export function parking(problem: Problem, now: Instant): Partial<Mutation> {
  return { state: 'refused', shows: 0, parked: true, problem, answered_at: now }
}

/** Return what puts a parked record back into the queue, for instance after the app was updated. */
export function unparking(mutation: Mutation): Partial<Mutation> | null {
  return mutation.parked ? { state: 'waiting', shows: 1, parked: false, problem: null, tries: 0, settled_at: null } : null
}

/** Return the last part of a problem's type: `not-your-role`. */
export function problemCode(problem: Pick<Problem, 'type'> | null | undefined): string {
  return problem?.type.split('/').pop() ?? ''
}

/**
 * Return how long to wait before try number `tries` (from 1), in milliseconds: 1, 2, 4 … 60 s, spread by ±25 %
 * so that 200 phones do not return in the same instant after an outage. `chance` is a random number in [0, 1).
 */
export function waitBefore(tries: number, chance: number): number {
  const seconds = Math.min(60, 2 ** Math.min(Math.max(0, tries - 1), 10))
  return Math.round(seconds * 1000 * (0.75 + chance / 2))
}

export type Step = 'saved' | 'uploaded' | 'accepted' | 'refused'
/** The words for where a record or a photo is. "Done" is never said of what the server has not accepted. */
export const STEP_WORDS: Record<Step, Bilingual> = {
  saved: { zh: '已存本机', en: 'Saved on this phone' },
  uploaded: { zh: '已上传，等受理', en: 'Uploaded, awaiting receipt' },
  accepted: { zh: '已受理', en: 'Accepted' },
  refused: { zh: '未受理', en: 'Not accepted' },
}
