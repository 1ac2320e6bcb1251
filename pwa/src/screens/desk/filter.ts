/** Choose the rows of the desk's list; every filter holds at once. */
import type { Author } from '@/core/replay'
import { offersFor } from '../hazard/next-step'
import { chosen, EVERYTHING_OPEN, type Filter } from '../hazards/choose'
import type { Hazard } from '../hazards/look'

/** `place_code` is a community or a grid; `to_do` keeps what this person can bring on now. */
export type DeskFilter = Filter & { place_code: string; to_do: boolean }
export const NO_FILTER: DeskFilter = { ...EVERYTHING_OPEN, place_code: '', to_do: false }

export function deskRows(hazards: readonly Hazard[], filter: DeskFilter, person: Author | null, now: Date): Hazard[] {
  return chosen(hazards, filter, now)
    .filter((hazard) => hazard.place_code.startsWith(filter.place_code))
    .filter((hazard) => !filter.to_do || isToDo(hazard, person, now))
}

export function isToDo(hazard: Hazard, person: Author | null, now: Date): boolean {
  return person !== null && offersFor(hazard, person, now).main !== null
}

export const isFiltered = (filter: DeskFilter): boolean => JSON.stringify(filter) !== JSON.stringify(NO_FILTER)

/** Return what is asked of the server for the same rows; null for what only this person's permits tell. */
export function viewOf({ stages, category, overdue, words, place_code, to_do }: DeskFilter): Record<string, string> | null {
  if (to_do) return null
  const isOneStage = stages !== 'open' && stages !== 'ended'
  const staged = { open: isOneStage ? '' : String(stages === 'open'), stage: isOneStage ? stages : '' }
  return { ...staged, category, overdue: overdue ? 'true' : '', within: place_code, q: words.trim() }
}

/** Can tiles hold exactly these? They know stage, category and deadline, and nothing of places, words or persons. */
export const tilesCanShow = (filter: DeskFilter): boolean => !filter.place_code && !filter.to_do && !filter.words
