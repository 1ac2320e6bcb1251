/** Evaluate a checklist on the phone, word for word as the server does: tests/vectors/checklist.json binds the two. */
import { visits } from './rulebook.json'
import type { Bilingual, Track } from './types'

export type Severity = 'general' | 'major'
export type Deadline = number | 'immediate'
export type Condition = { item: string; in: string[] } | { item: string; contains_any: string[] }
export type Option = Bilingual & {
  value: string
  result: 'ok' | 'hazard' | 'advise' | 'info' | 'na'
  severity?: Severity
  deadline?: Deadline
}
export type Limit = { op: '<' | '<=' | '>' | '>='; value: number; severity: Severity; deadline: Deadline }
export type Basis = { ref: string; clause: string; source: 'looked-up' | 'title-looked-up' | 'memory' }
export type Item = Bilingual & {
  id: string
  section: string
  type: 'check' | 'choice' | 'multi_choice' | 'number' | 'text' | 'signature'
  photo: 'on_hazard' | 'optional' | 'none'
  assess: 'observe' | 'measure' | 'document' | 'test'
  basis: Basis[]
  required?: boolean
  help?: Bilingual
  show_if?: Condition | { all: Condition[] }
  answers?: string[]
  options?: Option[]
  unit?: string
  unit_en?: string
  min?: number
  max?: number
  step?: number
  limits?: Limit[]
  allow_refusal?: boolean
  hazard_when?: Bilingual
  severity?: Severity
  deadline?: Deadline
  rectify?: Bilingual
}
export type Checklist = Bilingual & {
  id: string
  /** The edition as its authors call it; the number that visits keep is the row's `version`. */
  version: string
  status: string
  premises_category: string
  default_track: Track
  applies_to: Bilingual
  refer_to: string[]
  photo_policy: Bilingual
  notes: string[]
  sections: (Bilingual & { id: string })[]
  sources: Record<string, Bilingual & { number: string; status: Basis['source']; note?: string }>
  items: Item[]
}

export type Reason =
  | 'unknown_item'
  | 'officer_only'
  | 'wrong_type'
  | 'not_an_option'
  | 'repeated_option'
  | 'out_of_range'
  | 'too_long'
  | 'control_characters'
  | 'refusal_not_allowed'
  | 'not_a_path'
export type Finding = {
  item_id: string
  grade: 'general' | 'life_threatening' | 'suspected_major'
  /** Natural days; 0 is at once. */
  due_days: number
  /** The option, or the index of the limit, that governed. */
  option: string | null
  limit: number | null
  photo: Item['photo']
  what: Bilingual
  rectify: Bilingual
}
export type Advice = { item_id: string; because: 'officer_only' | 'option'; option: string | null }
export type Evaluation = {
  applies: string[]
  missing: string[]
  /** `item_id` is empty when the answers as a whole are no table. */
  invalid: { item_id: string; reason: Reason }[]
  findings: Finding[]
  advice: Advice[]
}
type Table = Record<string, unknown>
type Match = { severity: Severity; deadline: Deadline; option: string | null; limit: number | null }

const { officer_only: OFFICER_ONLY, severities: SEVERITIES, grades: GRADES, max_text: MAX_TEXT, max_signature: MAX_PATH } = visits
const SVG_PATH = /^[Mm][-+0-9.,MmLlHhVvCcSsQqTtAaZzEe \n]*$/
// With the flag u a pair of surrogates is one character, so that only a lone half is refused.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NEVER = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u
const BLANK = /^[ \n\u00a0\u3000]*$/

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns the member of a table by that name; what every object inherits is no answer. */
function member(table: Table, name: string): unknown {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** Is this no answer at all: nothing, no option, or a text of blanks? */
export function isOpen(answer: unknown): boolean {
  if (answer === undefined || answer === null) return true
  if (Array.isArray(answer)) return answer.length === 0
  return typeof answer === 'string' && BLANK.test(answer)
}

function whyNotWord(answer: unknown, allowed: string[]): Reason | null {
  if (typeof answer !== 'string') return 'wrong_type'
  return allowed.includes(answer) ? null : 'not_an_option'
}

function whyNotChoice(item: Item, answer: unknown): Reason | null {
  return whyNotWord(
    answer,
    (item.options ?? []).map((option) => option.value),
  )
}

function whyNotChoices(item: Item, answer: unknown): Reason | null {
  if (!Array.isArray(answer)) return 'wrong_type'
  for (const chosen of answer) {
    const reason = whyNotChoice(item, chosen)
    if (reason !== null) return reason
  }
  return new Set(answer).size === answer.length ? null : 'repeated_option'
}

function whyNotNumber(item: Item, answer: unknown): Reason | null {
  if (typeof answer !== 'number') return 'wrong_type'
  return answer >= (item.min ?? 0) && answer <= (item.max ?? 0) ? null : 'out_of_range'
}

function whyNotText(answer: unknown): Reason | null {
  if (typeof answer !== 'string') return 'wrong_type'
  if ([...answer].length > MAX_TEXT) return 'too_long'
  return NEVER.test(answer) ? 'control_characters' : null
}

function whyNotRefusal(item: Item, answer: Table): Reason | null {
  const others = Object.keys(answer).filter((name) => name !== 'refused' && name !== 'witness')
  if (answer.refused !== true || others.length > 0) return 'wrong_type'
  if (!item.allow_refusal) return 'refusal_not_allowed'
  return Object.hasOwn(answer, 'witness') ? whyNotText(answer.witness) : null
}

function whyNotSignature(item: Item, answer: unknown): Reason | null {
  if (!isTable(answer)) return 'wrong_type'
  if (Object.hasOwn(answer, 'refused')) return whyNotRefusal(item, answer)
  const path = member(answer, 'path')
  if (Object.keys(answer).length !== 1 || typeof path !== 'string') return 'wrong_type'
  if ([...path].length > MAX_PATH) return 'too_long'
  return SVG_PATH.test(path) ? null : 'not_a_path'
}

const WHY_NOT: Record<Item['type'], (item: Item, answer: unknown) => Reason | null> = {
  check: (item, answer) => whyNotWord(answer, item.answers ?? []),
  choice: whyNotChoice,
  multi_choice: whyNotChoices,
  number: whyNotNumber,
  text: (_, answer) => whyNotText(answer),
  signature: whyNotSignature,
}

/** Returns why an answer does not fit its item, or null; for the field itself, while it is filled in. */
export function whyNotAnswer(item: Item, answer: unknown): Reason | null {
  return WHY_NOT[item.type](item, answer)
}

function conditions(item: Item): Condition[] {
  if (item.show_if === undefined) return []
  return 'all' in item.show_if ? item.show_if.all : [item.show_if]
}

function isShown(item: Item, seen: Map<string, unknown>): boolean {
  return conditions(item).every((condition) => {
    const answer = seen.get(condition.item)
    if ('in' in condition) return typeof answer === 'string' && condition.in.includes(answer)
    return Array.isArray(answer) && answer.some((value) => condition.contains_any.includes(value))
  })
}

const BEYOND: Record<Limit['op'], (answer: number, value: number) => boolean> = {
  '<': (answer, value) => answer < value,
  '<=': (answer, value) => answer <= value,
  '>': (answer, value) => answer > value,
  '>=': (answer, value) => answer >= value,
}

function chosen(item: Item, answer: unknown): Option[] {
  return (item.options ?? []).filter((option) => (Array.isArray(answer) ? answer.includes(option.value) : answer === option.value))
}

function matches(item: Item, answer: unknown): Match[] {
  const own = { severity: item.severity ?? 'general', deadline: item.deadline ?? 'immediate', option: null, limit: null }
  if (item.type === 'check') return answer === 'hazard' ? [own] : []
  const options = chosen(item, answer).filter((option) => option.result === 'hazard')
  const limits = (item.limits ?? [])
    .map((limit, index) => ({ limit, index }))
    .filter(({ limit }) => BEYOND[limit.op](answer as number, limit.value))
  return [
    ...options.map((option) => ({
      severity: option.severity ?? own.severity,
      deadline: option.deadline ?? own.deadline,
      option: option.value,
      limit: null,
    })),
    ...limits.map(({ limit, index }) => ({ severity: limit.severity, deadline: limit.deadline, option: null, limit: index })),
  ]
}

/** Of several matches the most severe governs, and among equals the one listed last. */
function finding(body: Checklist, item: Item, found: Match[]): Finding {
  const rank = (match: Match) => SEVERITIES.indexOf(match.severity)
  const governing = found.reduce((best, match) => (rank(match) >= rank(best) ? match : best))
  const grades = GRADES[body.premises_category === 'household' ? 'household' : 'premises']
  const nothing = { zh: '', en: '' }
  return {
    item_id: item.id,
    grade: grades[governing.severity] as Finding['grade'],
    due_days: governing.deadline === 'immediate' ? 0 : governing.deadline,
    option: governing.option,
    limit: governing.limit,
    photo: item.photo,
    what: item.hazard_when ?? nothing,
    rectify: item.rectify ?? nothing,
  }
}

/**
 * Returns what a published checklist says of answers, which may be any JSON; all in the order of the checklist.
 * An answer to a hidden item is neither wrong nor counted. On the patrol track what only an officer may judge is advice.
 */
export function evaluate(body: Checklist, answers: unknown, track: Track): Evaluation {
  const given = isTable(answers) ? answers : {}
  const seen = new Map<string, unknown>()
  const result: Evaluation = { applies: [], missing: [], invalid: [], findings: [], advice: [] }
  if (!isTable(answers)) result.invalid.push({ item_id: '', reason: 'wrong_type' })
  for (const item of body.items) {
    if (isShown(item, seen)) read(body, item, member(given, item.id), track, seen, result)
  }
  const known = new Set(body.items.map((item) => item.id))
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  for (const name of unknown.sort()) result.invalid.push({ item_id: name, reason: 'unknown_item' })
  return result
}

function read(body: Checklist, item: Item, answer: unknown, track: Track, seen: Map<string, unknown>, result: Evaluation): void {
  const open = isOpen(answer)
  if (track === 'patrol' && OFFICER_ONLY.includes(item.assess)) {
    result.advice.push({ item_id: item.id, because: 'officer_only', option: null })
    if (!open) result.invalid.push({ item_id: item.id, reason: 'officer_only' })
    return
  }
  result.applies.push(item.id)
  const reason = open ? null : whyNotAnswer(item, answer)
  if (reason !== null) result.invalid.push({ item_id: item.id, reason })
  else if (!open) judge(body, item, answer, seen, result)
  else if (item.required ?? true) result.missing.push(item.id)
}

function judge(body: Checklist, item: Item, answer: unknown, seen: Map<string, unknown>, result: Evaluation): void {
  seen.set(item.id, answer)
  const found = matches(item, answer)
  if (found.length > 0) result.findings.push(finding(body, item, found))
  for (const option of chosen(item, answer)) {
    if (option.result === 'advise') result.advice.push({ item_id: item.id, because: 'option', option: option.value })
  }
}
