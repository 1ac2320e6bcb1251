/** Say in words what a held record would do, whatever kind of record it is; ids and positions are left out. */
import { departments, labels, roles as roleWords, steps, visits } from '@/core/rulebook.json'
import type { Bilingual, Id, Instant } from '@/core/types'

export type HeldRow = {
  mutation_id: Id
  /** CODE-0047: the device that made it, and its counter. */
  number: string
  name: string
  why: string
  made_at: Instant
  received_at: Instant
  by_name: string
  args: Record<string, unknown>
}

/** One thing that the record says: which word stands before it, and its value as text, label or count. */
export type Said = { word: Word; value: string | Bilingual | number }
export type Word = 'place' | 'outcome' | 'grade' | 'what' | 'description' | 'advice' | 'measures' | 'note' | 'reason' | 'due_on' | 'answers' | 'photos' | 'responsible_unit' | 'department' | 'result' | 'role' | 'who' | 'address' | 'criteria'

type Labels = Record<string, Bilingual>
const visit: Labels = visits.labels
const grade: Labels = labels.grade
const department: Labels = departments
const roles: Labels = roleWords

type Reader = (value: unknown) => string | Bilingual | number | null
const text: Reader = (value) => (typeof value === 'string' && value.trim() !== '' ? value : null)
const labelled =
  (labels: Labels): Reader =>
  (value) =>
    typeof value === 'string' ? (labels[value] ?? value) : null
const counted: Reader = (value) => {
  const count = Array.isArray(value) ? value.length : value && typeof value === 'object' ? Object.keys(value).length : 0
  return count || null
}
const listed: Reader = (value) => (Array.isArray(value) && value.length ? value.filter((each) => typeof each === 'string').join('、') : null)

/** In the order in which it is read. */
const FIELDS: [field: string, word: Word, read: Reader][] = [
  ['name', 'who', text],
  ['outcome', 'outcome', labelled(visit)],
  ['grade', 'grade', labelled(grade)],
  ['what', 'what', listed],
  ['description', 'description', text],
  ['advice', 'advice', text],
  ['measures', 'measures', text],
  ['interim_measures', 'measures', text],
  ['responsible_unit', 'responsible_unit', text],
  ['department', 'department', labelled(department)],
  ['role', 'role', labelled(roles)],
  ['address', 'address', text],
  ['criteria', 'criteria', text],
  ['due_on', 'due_on', text],
  ['new_due_on', 'due_on', text],
  ['reason', 'reason', text],
  ['note', 'note', text],
  ['answers', 'answers', counted],
  ['photos', 'photos', counted],
]

/** Return what the record says, without its place. */
export function contentOf(args: Record<string, unknown>): Said[] {
  return FIELDS.flatMap(([field, word, read]) => {
    const value = read(args[field])
    return value === null ? [] : [{ word, value }]
  })
}

/** Return the name of a kind of record as the life-cycle calls it; null for those that are no step of a hazard. */
export function stepLabel(name: string): Bilingual | null {
  const step = (steps as Record<string, Bilingual>)[name]
  return step ? { zh: step.zh, en: step.en } : null
}

/** What a record is about, as far as its arguments name it. */
export function subjectOf(args: Record<string, unknown>): { kind: 'household' | 'premises' | 'hazard'; id: Id } | null {
  if (typeof args.hazard_id === 'string' && args.place_id === undefined) return { kind: 'hazard', id: args.hazard_id }
  if ((args.place_kind === 'household' || args.place_kind === 'premises') && typeof args.place_id === 'string')
    return { kind: args.place_kind, id: args.place_id }
  return typeof args.household_id === 'string' ? { kind: 'household', id: args.household_id } : null
}

/** Whether the record was made on one of these devices: nobody reviews what he made himself. */
export function isOwn(row: Pick<HeldRow, 'number'>, own_codes: readonly string[]): boolean {
  return own_codes.includes(row.number.slice(0, row.number.lastIndexOf('-')))
}
