/** Read how hazards stood on a past day in the form of today's rows, so that map and list draw both alike. */
import type { Day, HazardRow } from '@/core/types'
import type { Hazard } from '../hazards/look'
import type { GridFigure } from './shades'

type Kept = 'id' | 'fid' | 'number' | 'stage' | 'grade' | 'category' | 'what' | 'description' | 'place_code' | 'grid_code' | 'place_name' | 'location_note' | 'reported_at' | 'lon' | 'lat'
/** `stage`, `grade` and `deadline_on` are of that day. */
export type StoodRow = Pick<HazardRow, Kept> & { deadline_on: Day | null }
export type StoodCount = { place_code: string; open: number; overdue: number; closed: number }
export type PastAnswer = { places: StoodCount[]; total: number; hazards: StoodRow[] }

/** What nobody asks of a past day: no step is taken there. */
const UNSAID: Omit<Hazard, Kept | 'due_on' | 'reply_due_on'> = {
  revision: 0, place_kind: 'none', place_id: null, track: 'patrol', visit_id: null, item_id: null, advice: '', proposed_due_days: null,
  original_due_on: null, reported_by: '', reported_by_name: '', accuracy_m: null, grid_candidates: [], responsible_unit: null,
  responsible_title: null, department: null, extension_due_on: null, returned: false, returned_count: 0, suspended: false, listed: false,
  escalation_confirmed: null, interim_measures: null, recurrence_of: null, closed_at: null, photos: [], photos_awaited: 0,
  no_photo_reason: null, worked_by: [], version: 0, events: [],
}

/** Return a row as the desk draws it; the deadline that ran is the referral's or its own, whichever its stage asks for. */
export function asHazard({ deadline_on, ...row }: StoodRow): Hazard {
  return { ...UNSAID, ...row, due_on: deadline_on, reply_due_on: deadline_on }
}

/** Return the figures of each grid that had something open. */
export const stoodByGrid = ({ places }: PastAnswer): Record<string, GridFigure> =>
  Object.fromEntries(places.filter(({ place_code, open }) => open > 0 && place_code.length === 15).map(({ place_code, open, overdue }) => [place_code, { open, overdue }]))

/** Return the sums over everything within reach, in grids and outside them. */
export function totalStood({ places }: PastAnswer): Omit<StoodCount, 'place_code'> {
  const sum = (count: (one: StoodCount) => number) => places.reduce((all, one) => all + count(one), 0)
  return { open: sum((one) => one.open), overdue: sum((one) => one.overdue), closed: sum((one) => one.closed) }
}

/** Return the last moment of a day where the work is done: deadlines end with it. */
export const endOf = (day: Day): Date => new Date(`${day}T23:59:59+08:00`)

/** Return the days from one to another. */
export const daysBetween = (from: Day, to: Day): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)

/** Return a day of an address, null for what is none. */
export function dayIn(text: unknown): Day | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : text
}
