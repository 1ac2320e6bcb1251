/** Tell which steps to offer first, and what is to be said about the ones that are not possible. */
import { actionsFor } from '@/core/refusals'
import type { Author } from '@/core/replay'
import type { HazardAction } from '@/core/mutations'
import type { HazardRow, Problem } from '@/core/types'
import { DUE } from './fields'

export type Offer = { action: HazardAction; whyNot: Problem | null }
export type Offers = {
  /** The step that brings the hazard on, possible for this person; null when there is none. */
  main: Offer | null
  /** The step that is due, when this person meets the hazard in a role that takes it and a rule still forbids it. */
  barred: Offer | null
  possible: Offer[]
  impossible: Offer[]
}

/** Reasons that nobody waits to hear; they stand behind “all actions”. */
const NOT_TOLD = new Set([
  '/problems/not-your-step',
  '/problems/only-to-read',
  '/problems/escalation-too-early',
  '/problems/already-done',
  '/problems/only-for-homes',
  '/problems/no-orders-for-homes',
  '/problems/on-site-too-late',
])

/** Return every step of the hazard's stage, sorted into what this person may do and may not. */
export function offersFor(hazard: HazardRow, person: Author, now: Date): Offers {
  const due = DUE[hazard.stage]
  const rank = ({ action }: Offer) => (due.includes(action) ? due.indexOf(action) : due.length)
  const all = (actionsFor(hazard, person, now.toISOString()) as Offer[]).sort((one, other) => rank(one) - rank(other))
  const possible = all.filter((offer) => offer.whyNot === null)
  const impossible = all.filter((offer) => offer.whyNot !== null)
  const main = possible.find((offer) => due.includes(offer.action)) ?? null
  // Whoever did the work asks first why somebody else must look at it.
  const isOwnWork = hazard.stage === 'submitted' && hazard.worked_by.includes(person.id)
  const isTold = (offer: Offer) => !NOT_TOLD.has(offer.whyNot?.type ?? '') || (isOwnWork && offer.action === 'pass_reinspection')
  const barred = impossible.find((offer) => due.includes(offer.action) && isTold(offer)) ?? null
  return { main, barred: main && barred && rank(barred) > rank(main) ? null : barred, possible, impossible }
}
