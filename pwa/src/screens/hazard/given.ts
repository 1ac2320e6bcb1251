/** Turn a step's form into what its record says, and say what is still missing. */
import type { Action, Given } from '@/core/lifecycle'
import { holds, rules } from '@/core/hazard-conditions'
import { whyNot } from '@/core/refusals'
import type { Author } from '@/core/replay'
import type { HazardAction, MutationArgs } from '@/core/mutations'
import type { HazardRow, Id, PhotoMention, Problem } from '@/core/types'
import { dayOf } from '@/shell/now'
import { type Field, FIELDS } from './fields'

/** Return the form as it stands before anybody has written. */
export function emptyForm(action: HazardAction, hazard: HazardRow, now: Date): Given {
  return Object.fromEntries(FIELDS[action].map((field) => [field.name, field.first?.(hazard, now) ?? unwritten(field)]))
}

function unwritten(field: Field): unknown {
  if (field.kind === 'photos') return []
  if (field.kind === 'notice') return { delivered: 'in_person', signed: 'none' }
  if (field.kind === 'commitments') return Object.fromEntries(rules.commitments.map((word) => [word, '']))
  return ''
}

/** Return the fields that the form shows now, in order. */
export function shownFields(action: HazardAction, form: Given, hazard: HazardRow): Field[] {
  return FIELDS[action].filter((field) => field.shown?.(form, hazard) ?? true)
}

/** Return what the record would say, without the hazard's id. Hidden fields say nothing; empty optional ones are left out. */
export function givenOf(action: HazardAction, form: Given, hazard: HazardRow, newId: () => Id): Given {
  const shown = new Set(shownFields(action, form, hazard))
  const given: Given = {}
  for (const field of FIELDS[action]) {
    const value = shown.has(field) ? tidy(field, form[field.name]) : tidy(field, field.kind === 'yes_no' ? false : unwritten(field))
    if (!(field.optional && isEmpty(value, shown.has(field)))) given[field.name] = value
  }
  // The new hazard is made by this very record.
  if (action === 'look_back' && given.result === 'came_back') given.recurrence_id = newId()
  return given
}

function tidy(field: Field, value: unknown): unknown {
  if (field.kind === 'photos') return ((value ?? []) as PhotoMention[]).map(({ sha256, role }) => ({ sha256, role }))
  if (field.kind === 'notice') return tidyNotice(value as Record<string, string>)
  return typeof value === 'string' ? value.trim() : value
}

function tidyNotice(notice: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(notice).filter(([name, value]) => name === 'delivered' || name === 'signed' || value.trim() !== ''),
  )
}

function isEmpty(value: unknown, shown: boolean): boolean {
  return !shown || value === '' || value === null || value === undefined
}

/** Return why the record cannot be made yet, in the words of the rules; null when it can. */
export function whatIsMissing(action: HazardAction, given: Given, hazard: HazardRow, person: Author, now: Date): Problem | null {
  return whyNot(hazard, action as Action, person, given, now.toISOString())
}

/** Does the rulebook need this field for the step, as the form stands? A photo and its missing reason count as one. */
export function isNeeded(action: HazardAction, name: string, form: Given, hazard: HazardRow, person: Author, now: Date): boolean {
  const step = rules.steps[action]
  const of = { hazard, action, step: step as NonNullable<typeof step>, person, given: form, at: now.toISOString(), today: dayOf(now) }
  return (step?.needs ?? []).some((need) => holds(need.when, of) && need.paths.some((path) => pathNames(path, name)))
}

function pathNames(path: string, name: string): boolean {
  return path === `given.${name}` || (name === 'photos' && /^(given_)?photos\./.test(path))
}

/** Does a refusal name this field? Then it is marked where it stands. */
export function isNamed(problem: Problem | null, action: HazardAction, name: string): boolean {
  if (problem === null) return false
  if (problem.field === name) return true
  const needs = Array.isArray(problem.needs) ? (problem.needs as string[]) : []
  const paths = (rules.steps[action]?.needs ?? []).filter((need) => needs.includes(need.evidence)).flatMap((need) => need.paths)
  return paths.some((path) => pathNames(path, name) || path === `given.${name}.witness`)
}

/** Return the arguments of the record. */
export function argsOf<A extends HazardAction>(hazard_id: Id, given: Given): MutationArgs[A] {
  return { hazard_id, ...given } as unknown as MutationArgs[A]
}
