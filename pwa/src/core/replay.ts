/** Work out what the screen shows: the rows of the last pull, and on them what this phone has recorded since. */
import { rules } from './hazard-conditions'
import { byNumber } from './outbox'
import { replayHazardAction, replayReport } from './replay-hazards'
import { PLACES } from './replay-places'
import { replayCorrection, replayVisit } from './replay-visits'
import { type Author, type RowSet, Shown } from './shown'
import type { Mutation, MutationName } from './types'

export type { Author, RowSet, ShownRow } from './shown'

type Replay = (shown: Shown, mutation: Mutation, author: Author) => void

/** What each record does to the rows. Those of the desk alone (postings, devices, checklists, reviews) show at the next pull. */
const REPLAYS: Partial<Record<MutationName, Replay>> = {
  ...PLACES,
  ...Object.fromEntries(Object.keys(rules.steps).map((action) => [action, replayHazardAction as Replay])),
  record_visit: replayVisit as Replay,
  correct_visit: replayCorrection as Replay,
  report_hazard: replayReport as Replay,
}

/**
 * Return the rows as the screen shows them; the given ones stay untouched. Each row that this phone's records have
 * changed carries their ids in `unsent`, so that the screen can say where they are.
 * `mutations` are those whose `shows` is 1; they are taken in the order in which they were made. A record about a row
 * that is not given changes nothing.
 */
export function replay(rows: RowSet, mutations: readonly Mutation[], author: Author): RowSet {
  const shown = new Shown(rows)
  for (const mutation of byNumber(mutations)) REPLAYS[mutation.name]?.(shown, mutation, author)
  return shown.rows()
}
