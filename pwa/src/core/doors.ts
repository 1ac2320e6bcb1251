/** Say how each door stands in the present round, count the doors, and find which to walk to next. */
import type { BuildingRow, Day, HouseholdRow, Id, Instant, Revisit, VisitRow } from './types'

export type DoorLook = 'unvisited' | 'entered' | 'hazard' | 'no_answer' | 'declined' | 'vacant' | 'other_use'
export type Door = {
  household: HouseholdRow & { unsent?: Id[] }
  look: DoorLook
  /** Hazards found at the last visit. */
  hazards: number
  /** Vacant, and something shows it: only then does the door leave the denominator. */
  has_evidence: boolean
  visited_at: Instant | null
  /** When somebody means to come again; only of a door where nobody answered. */
  revisit: Revisit | null
  /** Whether the result has still to reach the server. */
  is_unsent: boolean
}
export type DoorCounts = Record<Exclude<DoorLook, 'hazard'>, number> & {
  doors: number
  with_hazards: number
  vacant_with_evidence: number
  /** Doors entered, of those that can be entered; the same as the server's coverage. */
  numerator: number
  denominator: number
}

const DAY_MS = 24 * 60 * 60_000
const SHANGHAI_MS = 8 * 60 * 60_000
const naturally = new Intl.Collator('zh-CN', { numeric: true })
const BEFORE_MS = 20 * 60_000
const AFTER_MS = 2 * 60 * 60_000
const EVENING_FROM_H = 17

/** Return the day on which the present round began: homes are checked for carbon monoxide once a heating season, from 1 September. */
export function roundFrom(today: Day): Day {
  const year = Number(today.slice(0, 4))
  return `${today.slice(5, 7) >= '09' ? year : year - 1}-09-01`
}

/** Return how a door stands; a visit of an earlier round no longer counts. `visit` is its last visit, where the phone has it. */
export function doorOf(household: Door['household'], visit: VisitRow | undefined, round_on: Day): Door {
  const last = household.last_visit
  const is_unsent = Boolean(household.unsent?.length)
  const unvisited: Door = { household, look: 'unvisited', hazards: 0, has_evidence: false, visited_at: null, revisit: null, is_unsent }
  if (!last || shanghaiDay(Date.parse(last.ended_at)) < round_on) return unvisited
  const of = visit?.id === last.id ? visit : undefined
  const found = last.outcome === 'entered' ? last.hazards : 0
  return {
    ...unvisited,
    look: found > 0 ? 'hazard' : last.outcome,
    hazards: found,
    has_evidence: last.outcome === 'vacant' && Boolean(of?.vacancy_evidence?.trim()),
    visited_at: last.ended_at,
    revisit: last.outcome === 'no_answer' ? (of?.revisit ?? revisitOf(last.revisit_on, last.revisit_window)) : null,
  }
}

function revisitOf(on: Day | null, window: string | null): Revisit | null {
  if (!on && !window) return null
  return { ...(on ? { on } : {}), ...(window ? { window: window as NonNullable<Revisit['window']> } : {}) }
}

/** Return the counts by door, never by person. A vacant door leaves the denominator only with evidence. */
export function countDoors(doors: readonly Door[]): DoorCounts {
  const count = (...looks: DoorLook[]) => doors.filter((door) => looks.includes(door.look)).length
  const vacant_with_evidence = doors.filter((door) => door.has_evidence).length
  const entered = count('entered', 'hazard')
  return {
    ...{ doors: doors.length, entered, no_answer: count('no_answer'), declined: count('declined'), vacant: count('vacant') },
    ...{ other_use: count('other_use'), unvisited: count('unvisited'), with_hazards: count('hazard'), vacant_with_evidence },
    ...{ numerator: entered, denominator: doors.length - vacant_with_evidence },
  }
}

/** Return a rate as it is printed, two decimals cut and never rounded up: 55.44%. Nothing of nothing is "—". */
export function rate(numerator: number, denominator: number): string {
  if (denominator <= 0) return '—'
  return `${(Math.floor((numerator * 10_000) / denominator) / 100).toFixed(2)}%`
}

/** Whether somebody has still to go there: never visited, or nobody answered. A refusal is final. */
export function isLeft(door: Door): boolean {
  return door.look === 'unvisited' || door.look === 'no_answer'
}

/** Order doors as they are walked: unit by unit, from the top floor down. */
export function walked(doors: readonly Door[]): Door[] {
  return [...doors].sort(({ household: one }, { household: other }) => {
    return naturally.compare(one.unit, other.unit) || other.floor - one.floor || naturally.compare(one.room, other.room)
  })
}

export type Stop = { building: BuildingRow; left: Door[]; all: number }

/** Return the buildings where doors are left: the one last worked in first, then by name. */
export function stopsOf(buildings: readonly BuildingRow[], doors: readonly Door[]): Stop[] {
  const latest = [...doors].filter((door) => door.visited_at).sort((one, other) => (other.visited_at ?? '').localeCompare(one.visited_at ?? ''))[0]
  const current = latest?.household.building_id
  return buildings
    .map((building) => {
      const here = doors.filter((door) => door.household.building_id === building.id)
      return { building, left: walked(here.filter(isLeft)), all: here.length }
    })
    .filter((stop) => stop.left.length > 0)
    .sort((one, other) => Number(other.building.id === current) - Number(one.building.id === current) || naturally.compare(one.building.name, other.building.name))
}

/**
 * Return the door to go to next: an appointment whose time has come, then a door of the building at hand that nobody
 * has visited or where now is the time to come again, then the next building's. Null when nothing is left to do now.
 */
export function nextDoor(stops: readonly Stop[], now: Date): Door | null {
  const left = stops.flatMap((stop) => stop.left)
  const appointed = left.find((door) => isAppointedNow(door, now))
  if (appointed) return appointed
  for (const stop of stops) {
    const found = stop.left.find((door) => door.look === 'unvisited') ?? stop.left.find((door) => isTimeToReturn(door, now))
    if (found) return found
  }
  return left[0] ?? null
}

function isAppointedNow(door: Door, now: Date): boolean {
  if (!door.revisit?.at) return false
  const away_ms = Date.parse(door.revisit.at) - now.getTime()
  return away_ms <= BEFORE_MS && away_ms >= -AFTER_MS
}

/** Whether the window that was named for coming again is open: the day reached, the evening, the weekend. */
export function isTimeToReturn(door: Door, now: Date): boolean {
  const { revisit } = door
  if (door.look !== 'no_answer') return false
  if (!revisit) return true
  if (revisit.at) return isAppointedNow(door, now)
  if (revisit.on && revisit.on > shanghaiDay(now.getTime())) return false
  const local = new Date(now.getTime() + SHANGHAI_MS)
  if (revisit.window === 'evening') return local.getUTCHours() >= EVENING_FROM_H
  if (revisit.window === 'weekend') return [0, 6].includes(local.getUTCDay())
  return true
}

/** Return the day on which a window comes: tonight is today, the weekend is the next Saturday (or today on a weekend). */
export function revisitDay(window: 'evening' | 'weekend', now: Date): Day {
  const local_ms = now.getTime()
  if (window === 'evening') return shanghaiDay(local_ms)
  const weekday = new Date(local_ms + SHANGHAI_MS).getUTCDay()
  const ahead = weekday === 0 ? 0 : 6 - weekday
  return shanghaiDay(local_ms + ahead * DAY_MS)
}

function shanghaiDay(at_ms: number): Day {
  return new Date(at_ms + SHANGHAI_MS).toISOString().slice(0, 10)
}
