/** Read the clauses and named conditions of the life-cycle's table, word for word as backend/hazards/rules does. */
import {
  closed_stages,
  commitments,
  escalation_days,
  grades_at,
  judged_grades,
  labels,
  major_grades,
  max_days,
  on_site_hours,
  open_stages,
  roles,
  stages,
  steps,
} from './rulebook.json'
import type { Bilingual, Day, Grade, HazardRow, Id, Instant, Posting, Role, Stage, Track } from './types'

export type Given = Record<string, unknown>
/** The fields of a hazard that the rules read; a `draft` is one that is only being written. */
export type HazardFacts = Omit<Partial<HazardRow>, 'stage'> &
  Pick<HazardRow, 'place_code' | 'place_kind' | 'place_id' | 'track' | 'grade' | 'reported_at' | 'photos' | 'worked_by'> & {
    stage: Stage | 'draft'
  }
export type Doer = { id: Id; licence_number: string | null; postings: Omit<Posting, 'id' | 'place_name'>[] }
export type Level = 'community' | 'subdistrict' | 'department'

type Clause = [string, unknown[]]
export type Step = Bilingual & {
  number: string
  stages: string[]
  to: { when: Clause[]; stage: Stage | null }[]
  by: Record<Track, Role[]>
  licensed: Track[]
  four_eyes: boolean
  needs: { evidence: string; paths: string[]; when: Clause[] }[]
  requires: { when: Clause[]; problem: string }[]
  days: { field: string; limit: string; after: string | null }[]
  checks: string[]
  changes: { field: string; source: string; when: Clause[] }[]
}
type Words = Record<string, Bilingual>
type Rulebook = {
  stages: Words
  open_stages: string[]
  closed_stages: string[]
  roles: Words
  labels: Record<string, Words>
  steps: Record<string, Step>
  grades_at: Record<string, string[]>
  judged_grades: string[]
  major_grades: string[]
  commitments: string[]
  max_days: Record<string, Record<string, number>>
  on_site_hours: number
  escalation_days: Record<Level, number>
}
export const rules = {
  ...{ stages, open_stages, closed_stages, roles, labels, steps, grades_at, judged_grades, major_grades, commitments },
  ...{ max_days, on_site_hours, escalation_days },
} as unknown as Rulebook

/** A step that somebody wants to take; `given` is null while nothing is filled in yet. */
export type Case = { hazard: HazardFacts; action: string; step: Step; person: Doer; given: Given | null; at: Instant; today: Day }

const dayMs = 86_400_000
/** China has one time zone, UTC+8, and has had no summer time since 1991. */
const chinaMs = 8 * 3_600_000

export const dayOf = (at: Instant): Day => new Date(Date.parse(at) + chinaMs).toISOString().slice(0, 10)
export const plusDays = (day: Day, days: number): Day => new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10)
export const daysBetween = (from: Day, to: Day): number => (Date.parse(to) - Date.parse(from)) / dayMs

/** Was something given: not nothing, not blank, not empty? */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false
  if (typeof value === 'string') return value.trim() !== ''
  return typeof value === 'object' ? Object.keys(value).length > 0 : true
}

function deep(given: unknown, path: string): unknown {
  let value: unknown = given
  for (const part of path.split('.')) value = (value as Given | null | undefined)?.[part] ?? null
  return value
}

const rolesGiven = (given: Given): unknown[] => ((given.photos as { role: string }[] | undefined) ?? []).map((photo) => photo.role)

/** Return what a path of the table points at; null where nothing was given. */
export function look(path: string, { hazard, given }: Case): unknown {
  const [source, name] = [path.slice(0, path.indexOf('.')), path.slice(path.indexOf('.') + 1)]
  if (source === 'hazard') return (hazard as Given)[name] ?? null
  if (source === 'given') return deep(given ?? {}, name)
  if (source === 'filled') return isFilled(deep(given ?? {}, name))
  const taken = source === 'photos' ? hazard.photos.map((photo) => photo.role as unknown) : []
  return [...taken, ...rolesGiven(given ?? {})].includes(name)
}

export const holds = (when: Clause[], of: Case): boolean => when.every(([path, values]) => values.includes(look(path, of)))

function meets(posting: Doer['postings'][number], hazard: HazardFacts): boolean {
  if (hazard.stage === 'draft') return hazard.place_code.startsWith(posting.place_code.slice(0, 9))
  if (posting.role === 'responsible_unit' && posting.premises_id !== hazard.place_id) return false
  if (posting.role === 'department' && posting.department !== (hazard.department ?? null)) return false
  return hazard.place_code.startsWith(posting.place_code)
}

/** Return the roles in which a person meets a hazard on a day. */
export function rolesHere(hazard: HazardFacts, person: Doer, on: Day): Set<Role> {
  const active = person.postings.filter((posting) => posting.from_on <= on && (posting.to_on === null || on <= posting.to_on))
  return new Set(active.filter((posting) => meets(posting, hazard)).map((posting) => posting.role))
}

/** Return words of one kind as two printed lists. */
export function printed(words: Words | undefined, names: string[]): Bilingual {
  const known = names.map((name) => words?.[name] ?? { zh: name, en: name })
  return { zh: known.map((word) => word.zh).join('、'), en: known.map((word) => word.en).join(', ') }
}

/** Why something is not possible: a code of the catalogue of problems, and what its sentence has to name. core/refusals.ts words it. */
export type Refusal = { code: string; facts: Record<string, unknown> }

export const refusal = (code: string, facts: Record<string, unknown> = {}): Refusal => ({ code, facts })

/** Return the day by which something must happen now; null when no clock runs. */
export function deadlineOn(hazard: HazardFacts): Day | null {
  if (!rules.open_stages.includes(hazard.stage)) return null
  return (hazard.stage === 'transferred' ? hazard.reply_due_on : hazard.due_on) ?? null
}

/** Return the days left, 0 on the last day and negative when overdue; null when no clock runs. */
export function dueIn(hazard: HazardFacts, now: Instant): number | null {
  const due = deadlineOn(hazard)
  return due === null ? null : daysBetween(dayOf(now), due)
}

/** Return the highest level whose days overdue have come; a leader confirms it. */
export function escalationProposed(hazard: HazardFacts, now: Instant): Level | null {
  const late = -(dueIn(hazard, now) ?? 0)
  const levels = Object.entries(rules.escalation_days) as [Level, number][]
  return levels.filter(([, after]) => late >= after).at(-1)?.[0] ?? null
}

function gradeNotAllowed(allowed: string[]): Refusal {
  const words = printed(rules.labels.grade, allowed)
  return refusal('grade-not-allowed', { allowed, allowed_zh: words.zh, allowed_en: words.en })
}

const asGrade = (value: unknown) => value as Grade

/** The conditions that compare more than a value; each says why not, or nothing. */
export const conditions: Record<string, (of: Case) => Refusal | null> = {
  same_visit({ hazard, at }) {
    const late = Date.parse(at) - Date.parse(hazard.reported_at) > rules.on_site_hours * 3_600_000
    return late ? refusal('on-site-too-late', { hours: rules.on_site_hours }) : null
  },
  home_not_inspected({ hazard }) {
    return hazard.place_kind === 'household' && hazard.track === 'inspection' ? refusal('no-orders-for-homes') : null
  },
  grade_reported({ hazard }) {
    const allowed = (rules.grades_at[hazard.place_kind] ?? []).filter((grade) => !rules.judged_grades.includes(grade))
    return allowed.includes(hazard.grade) ? null : gradeNotAllowed(allowed)
  },
  grade_judged({ hazard, given }) {
    const allowed = rules.grades_at[hazard.place_kind] ?? []
    return given === null || allowed.includes(asGrade(given.grade)) ? null : gradeNotAllowed(allowed)
  },
  proposed_days({ hazard, given, today }) {
    const days = given?.proposed_due_days
    const latest = rules.max_days.deadline?.[hazard.grade] ?? 0
    if (typeof days !== 'number' || (days >= 0 && days <= latest)) return null
    return refusal('deadline-wrong', { field: 'proposed_due_days', earliest_on: today, latest_on: plusDays(today, latest) })
  },
  major_by_officer({ hazard }) {
    return hazard.track === 'patrol' && rules.major_grades.includes(hazard.grade) ? refusal('not-officer') : null
  },
  asked_in_time({ hazard, today }) {
    const due = hazard.due_on ?? null
    return due === null || today > due ? refusal('extension-too-late', { due_on: due ?? '—' }) : null
  },
  five_commitments({ hazard, given }) {
    if (given === null || hazard.grade !== 'confirmed_major') return null
    const missing = rules.commitments.filter((word) => !isFilled(deep(given.commitments, word)))
    const words = printed(rules.labels.commitment, missing)
    return missing.length > 0 ? refusal('commitments-missing', { missing, missing_zh: words.zh, missing_en: words.en }) : null
  },
  escalation_due({ hazard, given, at }) {
    const levels = Object.keys(rules.escalation_days) as Level[]
    const proposed = escalationProposed(hazard, at)
    const asked = (given === null ? proposed : (given.level as Level)) ?? 'community'
    const reached = proposed === null ? -1 : levels.indexOf(proposed)
    const done = levels.indexOf(hazard.escalation_confirmed as Level)
    const wanted = levels.indexOf(asked)
    if (done < wanted && wanted <= reached) return null
    const words = rules.labels.level?.[asked]
    return refusal('escalation-too-early', {
      level: asked,
      level_zh: words?.zh,
      level_en: words?.en,
      after_days: rules.escalation_days[asked],
    })
  },
}
