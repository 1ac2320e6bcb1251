/** Word the visits that end at the door: nobody in, declined, vacant, not a home; and what is asked about each afterwards. */
import { revisitDay } from '@/core/doors'
import type { MutationArgs } from '@/core/mutations'
import type { Fix, Id, Instant, Notice, Outcome, Revisit, VisitRow } from '@/core/types'

export type RecordVisit = MutationArgs['record_visit']
/** Every outcome but `entered`: that one opens the visit's own screen. */
export type DoorOutcome = Exclude<Outcome, 'entered'>
export const DOOR_OUTCOMES: readonly DoorOutcome[] = ['no_answer', 'declined', 'vacant', 'other_use']
/** What may be asked after the outcome; every answer is optional. */
export type Afterwards = { revisit?: Revisit; notice?: Notice['delivered']; vacancy_evidence?: string }

/** Return a visit that ended at the door. */
export function endedAtDoor(ids: { visit_id: Id; place_id: Id }, outcome: DoorOutcome, at: Instant, fix: Fix | null): RecordVisit {
  return {
    ...{ ...ids, place_kind: 'household', track: 'patrol', outcome, answers: {}, item_notes: {}, note: '', photos: [] },
    ...{ notice: { delivered: 'none', signed: 'none' }, started_at: at, ended_at: at, fix },
  }
}

/** Return the visit with what was said about it afterwards; an answer that does not belong to its outcome is left out. */
export function withAfterwards(visit: RecordVisit, { revisit, notice, vacancy_evidence }: Afterwards): RecordVisit {
  const said: RecordVisit = { ...visit }
  if (visit.outcome === 'no_answer' && revisit) said.revisit = revisit
  if (visit.outcome === 'declined' && notice) said.notice = { delivered: notice, signed: 'none' }
  if (visit.outcome === 'vacant') {
    const text = vacancy_evidence?.trim()
    if (text) said.vacancy_evidence = text
    else delete said.vacancy_evidence
  }
  return said
}

/** Return when to come again: a window with its day, or an appointed moment given in Shanghai's time. */
export function revisitIn(window: 'evening' | 'weekend', now: Date): Revisit {
  return { window, on: revisitDay(window, now) }
}

/** Return the appointment of a day and a time as typed, or null when either is missing. */
export function appointment(day: string, time: string): Revisit | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null
  const at_ms = Date.parse(`${day}T${time}:00+08:00`)
  return Number.isNaN(at_ms) ? null : { window: 'appointment', on: day, at: new Date(at_ms).toISOString() }
}

/** Return the correction of a visit that ended at the door: the same moment and position, another outcome or more said of it. */
export function corrected(visit: VisitRow, visit_id: Id, outcome: DoorOutcome, reason: string, afterwards: Afterwards = {}): MutationArgs['correct_visit'] {
  const same = endedAtDoor({ visit_id, place_id: visit.place_id }, outcome, visit.ended_at, visit.fix)
  const kept: Afterwards = {
    ...(visit.revisit ? { revisit: visit.revisit } : {}),
    ...(visit.notice.delivered !== 'none' ? { notice: visit.notice.delivered } : {}),
    ...(visit.vacancy_evidence ? { vacancy_evidence: visit.vacancy_evidence } : {}),
  }
  return { ...withAfterwards({ ...same, started_at: visit.started_at, track: visit.track }, { ...kept, ...afterwards }), corrects: visit.id, reason }
}
