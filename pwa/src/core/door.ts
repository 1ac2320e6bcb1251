/** Fill in what was settled at the door, so that a checklist does not ask it a second time. */
import type { Checklist } from './checklist'
import { visits } from './rulebook.json'
import type { Notice, Outcome } from './types'

const { door, signature_item: SIGNATURE_ITEM } = visits
const OUTCOME_ITEM = 'co.visit.result'
const DELIVERY_ITEM = 'co.notice.delivery'

/** The items that the door settles and no card asks: filled from the visit's outcome and notice. */
export const DOOR_ITEMS: readonly string[] = [OUTCOME_ITEM, DELIVERY_ITEM, SIGNATURE_ITEM]

/** Returns what the outcome and the notice answer; an item that is not answered by them is absent. */
export function doorAnswers(outcome: Outcome, notice: Notice): Record<string, unknown> {
  const filled: Record<string, unknown> = {
    [OUTCOME_ITEM]: door[OUTCOME_ITEM][outcome],
    [DELIVERY_ITEM]: door[DELIVERY_ITEM][notice.delivered],
  }
  if (notice.signed === 'signed') filled[SIGNATURE_ITEM] = { path: notice.signature }
  if (notice.signed === 'refused') filled[SIGNATURE_ITEM] = notice.witness ? { refused: true, witness: notice.witness } : { refused: true }
  return filled
}

/** Returns the answers to evaluate and to send: the door's own filled in, and nothing else unless somebody was in. */
export function withDoor(body: Checklist, answers: Record<string, unknown>, outcome: Outcome, notice: Notice): Record<string, unknown> {
  const known = new Set(body.items.map((item) => item.id))
  const kept = Object.entries(answers).filter(([name]) => !DOOR_ITEMS.includes(name) && (outcome === 'entered' || !known.has(name)))
  const door = Object.entries(doorAnswers(outcome, notice)).filter(([name]) => known.has(name))
  return Object.fromEntries([...kept, ...door])
}
