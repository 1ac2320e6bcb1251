/** Tell which steps to offer first, and what is to be said about the ones that are not possible. */
import { type Action, actionsFor } from '@/core/lifecycle'
import type { Author } from '@/core/replay'
import type { HazardAction } from '@/core/mutations'
import type { HazardRow, Problem } from '@/core/types'
import { FORWARD } from './fields'

export type Offer = { action: HazardAction; whyNot: Problem | null }
export type Offers = {
  /** The step that brings the hazard on, possible for this person; null when there is none. */
  main: Offer | null
  /** The step that is due, when this person meets the hazard in a role that takes it and a rule still forbids it. */
  barred: Offer | null
  possible: Offer[]
  impossible: Offer[]
}

const NOT_MINE = '/problems/not-your-step'
/** The steps that are due in a stage; of the others nobody waits for. */
const rank = (action: Action) => {
  const at = FORWARD.indexOf(action as HazardAction)
  return at < 0 ? FORWARD.length : at
}

/** Return every step of the hazard's stage, sorted into what this person may do and may not. */
export function offersFor(hazard: HazardRow, person: Author, now: Date): Offers {
  const all = actionsFor(hazard, person, now.toISOString()) as Offer[]
  const possible = all.filter((offer) => offer.whyNot === null).sort((one, other) => rank(one.action) - rank(other.action))
  const impossible = all.filter((offer) => offer.whyNot !== null)
  const main = possible.find((offer) => FORWARD.includes(offer.action)) ?? null
  const due = impossible.filter((offer) => FORWARD.includes(offer.action) && offer.whyNot?.type !== NOT_MINE)
  const barred = due.sort((one, other) => rank(one.action) - rank(other.action))[0] ?? null
  return { main, barred: main && barred && rank(barred.action) > rank(main.action) ? null : barred, possible, impossible }
}
