/** What each step of a hazard asks for: one table, read by one form. Whether a field is needed, the rulebook says. */
import { escalationProposed, type Given } from '@/core/lifecycle'
import { plusDays, rules } from '@/core/hazard-conditions'
import type { HazardAction } from '@/core/mutations'
import type { Day, HazardRow, PhotoRole, Stage } from '@/core/types'
import { dayOf } from '@/shell/now'

export type FieldKind = 'note' | 'line' | 'day' | 'photos' | 'choice' | 'number' | 'money' | 'yes_no' | 'notice' | 'commitments'
export type Field = {
  name: string
  kind: FieldKind
  /** Left out of the record when empty. */
  optional?: true
  /** The part that a photo of this field plays. */
  role?: PhotoRole
  options?: (hazard: HazardRow) => string[]
  shown?: (given: Given, hazard: HazardRow) => boolean
  /** What stands there before anybody has written. */
  first?: (hazard: HazardRow, now: Date) => unknown
}

const photos = (role: PhotoRole): Field => ({ name: 'photos', kind: 'photos', role })
const note = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'note', ...more })
const line = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'line', ...more })
const day = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'day', ...more })
const choice = (name: string, options: Field['options'], more: Partial<Field> = {}): Field => ({ name, kind: 'choice', options, ...more })

const withoutPhotos = (given: Given) => ((given.photos as unknown[] | undefined) ?? []).length === 0
const noPhoto = choice('no_photo_reason', () => ['', ...Object.keys(rules.labels.no_photo_reason ?? {})], {
  optional: true,
  shown: withoutPhotos,
})
/** Return the day that was proposed with the report while it is still to come, else as many days from today. */
export function proposedDay(hazard: HazardRow, now: Date): Day {
  const today = dayOf(now)
  return hazard.due_on !== null && hazard.due_on >= today ? hazard.due_on : plusDays(today, hazard.proposed_due_days ?? 3)
}
const inDays = (days: number) => (_: HazardRow, now: Date) => plusDays(dayOf(now), days)

export const FIELDS: Record<HazardAction, Field[]> = {
  fix_on_site: [photos('after'), noPhoto, note('measures')],
  give_advice: [day('due_on', { first: proposedDay }), { name: 'notice', kind: 'notice' }],
  dispatch_hazard: [
    line('responsible_unit', { first: (hazard) => (hazard.place_kind === 'premises' ? hazard.place_name : '') }),
    line('responsible_title', { optional: true }),
    note('measures', { first: (hazard) => hazard.advice }),
    day('due_on', { first: proposedDay }),
    { name: 'notice', kind: 'notice' },
  ],
  transfer_hazard: [
    choice('department', () => Object.keys(rules.labels.department ?? {}), { first: () => '' }),
    line('receipt_number'),
    day('reply_due_on', { first: inDays(15) }),
    note('reason'),
  ],
  reply_transfer: [
    choice('result', () => ['rectified', 'sent_back'], { first: () => '' }),
    { name: 'verified', kind: 'yes_no', first: () => false, shown: (given) => given.result === 'rectified' },
    note('note'),
    photos('after'),
  ],
  start_rectification: [
    choice('receipt', () => ['signed', 'refused'], { first: () => 'signed' }),
    line('witness', { optional: true, shown: (given) => given.receipt === 'refused' }),
    { name: 'commitments', kind: 'commitments', optional: true, shown: (_, hazard) => hazard.grade === 'confirmed_major' },
    day('planned_on', { optional: true, first: () => '' }),
    note('interim_measures', { optional: true }),
  ],
  request_extension: [
    day('new_due_on', { first: (hazard) => (hazard.due_on ? plusDays(hazard.due_on, 7) : '') }),
    note('reason'),
    note('interim_measures'),
  ],
  decide_extension: [{ name: 'granted', kind: 'yes_no', first: () => true }, note('reason')],
  submit_rectification: [
    photos('after'),
    noPhoto,
    note('description'),
    { name: 'cost_fen', kind: 'money', optional: true, first: () => null },
  ],
  pass_reinspection: [
    note('note'),
    photos('after'),
    note('on_site_statement', {
      optional: true,
      shown: (given, hazard) => withoutPhotos(given) && !hazard.photos.some((photo) => photo.role === 'after'),
    }),
  ],
  fail_reinspection: [note('reason'), day('new_due_on', { first: inDays(3) })],
  escalate_hazard: [
    choice('level', () => Object.keys(rules.escalation_days), {
      first: (hazard, now) => escalationProposed(hazard, now.toISOString()) ?? 'community',
    }),
  ],
  order_suspension: [line('order_number')],
  allow_resumption: [note('note')],
  list_hazard: [line('listing_unit'), line('notice_number'), { name: 'report_cycle_days', kind: 'number', first: () => 7 }],
  look_back: [choice('result', () => ['held', 'came_back'], { first: () => '' }), note('note')],
  void_hazard: [note('reason')],
  grade_hazard: [
    choice('grade', (hazard) => rules.grades_at[hazard.place_kind] ?? [], { first: (hazard) => hazard.grade }),
    line('criteria'),
    note('reason'),
  ],
  note_hazard: [note('note'), photos('item')],
}

/** The steps that a stage waits for, the usual one first; the dock offers the first that the person may take. */
export const DUE: Record<Stage, HazardAction[]> = {
  registered: ['give_advice', 'dispatch_hazard', 'transfer_hazard', 'fix_on_site', 'escalate_hazard'],
  dispatched: ['start_rectification', 'escalate_hazard'],
  transferred: ['reply_transfer', 'allow_resumption', 'escalate_hazard'],
  in_rectification: ['submit_rectification', 'allow_resumption', 'escalate_hazard'],
  extension_pending: ['decide_extension', 'allow_resumption', 'escalate_hazard'],
  submitted: ['pass_reinspection', 'allow_resumption', 'escalate_hazard'],
  closed_on_site: ['look_back'],
  closed: ['look_back', 'allow_resumption'],
  voided: [],
}
/** Steps that cannot be undone by a later one; their button is drawn as such. */
export const GRAVE: ReadonlySet<HazardAction> = new Set(['void_hazard', 'order_suspension', 'fail_reinspection'])
