/** Work out the desk's figures: each with what it is a part of, and "—" where nothing is counted. */
import { countsAsClosed, dueIn, isOverdue } from '@/core/lifecycle'
import type { Stage } from '@/core/types'
import type { Bounds } from '@/parts/projection'
import { dayOf } from '@/shell/now'
import { type Hazard, isOpen } from '../hazards/look'

export type Rate = { part: number; whole: number }
export type GridCount = {
  code: string
  name: string
  open: number
  overdue: number
  closed: number
  counted_closed: number
  transferred: number
}
/** What was kept from an older server lacks the optional ones. */
export type Summary = {
  communities: GridCount[]
  grids: GridCount[]
  outside: GridCount
  subdistricts?: (GridCount & { bounds: Bounds | null })[]
  bounds?: Bounds | null
  grids_edition?: string
}

/** Return 83.69%, never rounded up: 100% only when nothing is left; "—" for a whole of 0. */
export function percent({ part, whole }: Rate): string {
  if (whole === 0) return '—'
  return `${(Math.floor((part * 10_000) / whole) / 100).toFixed(2).replace(/\.00$/, '')}%`
}

/** Return how many are open, and how many of those overdue, by the server's count of everything within reach. */
export function totalOpen({ communities, outside }: Summary): { open: number; overdue: number } {
  const all = [...communities, outside]
  return { open: all.reduce((sum, { open }) => sum + open, 0), overdue: all.reduce((sum, { overdue }) => sum + overdue, 0) }
}

/** Closed with all photos here ÷ registered; voided ones are left out of both. */
export function rectification({ communities, outside }: Summary): Rate & { awaited: number } {
  const all = [...communities, outside]
  const sum = (count: (one: GridCount) => number) => all.reduce((total, one) => total + count(one), 0)
  const part = sum((one) => one.counted_closed)
  return { part, whole: sum((one) => one.open + one.closed), awaited: sum((one) => one.closed) - part }
}

/** Closed on or before the last approved deadline ÷ those whose deadline has come; today's count once they are closed. */
export function onTime(hazards: readonly Hazard[], now: Date): Rate {
  const today = dayOf(now)
  const due = hazards.filter(
    (hazard) =>
      hazard.stage !== 'voided' && hazard.due_on !== null && (hazard.due_on < today || (hazard.due_on === today && !isOpen(hazard))),
  )
  const inTime = due.filter(
    (hazard) => countsAsClosed(hazard) && hazard.closed_at !== null && dayOf(hazard.closed_at) <= (hazard.due_on ?? ''),
  )
  return { part: inTime.length, whole: due.length }
}

/** Return how many open hazards stand where, in the order of their life. */
export function stageCounts(open: readonly Hazard[], stages: readonly string[]): { stage: Stage; count: number }[] {
  return stages
    .map((stage) => ({ stage: stage as Stage, count: open.filter((hazard) => hazard.stage === stage).length }))
    .filter(({ count }) => count > 0)
}

export function overdueFigures(open: readonly Hazard[], now: Date): Rate & { longest_days: number } {
  const at = now.toISOString()
  const late = open.filter((hazard) => isOverdue(hazard, at))
  return { part: late.length, whole: open.length, longest_days: Math.max(0, ...late.map((hazard) => -(dueIn(hazard, at) ?? 0))) }
}
