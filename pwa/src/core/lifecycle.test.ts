import { expect, test } from 'vitest'
import written from '../../../tests/vectors/lifecycle.json'
import {
  type Action,
  advance,
  countsAsClosed,
  type Doer,
  dueIn,
  escalationProposed,
  type Given,
  type HazardFacts,
  isOverdue,
} from './lifecycle'
import { actionsFor, whyNot } from './refusals'
import type { Problem } from './types'

type Refused = { problem: string; facts: Record<string, unknown>; detail_zh: string }
type Taken = { changed: Record<string, unknown>; photos: number; by_role: string; is_overdue: boolean; counts_as_closed: boolean }
type Case = {
  name: string
  hazard: Partial<HazardFacts>
  action: Action
  person: string
  given: Given | null
  at: string
  due_in: number | null
  escalation: string | null
  expected: Refused | Taken | Record<string, never>
}
type Vectors = { people: Record<string, Doer>; hazard: HazardFacts; cases: Case[] }

const vectors = written as unknown as Vectors
const instant = (value: unknown) => (typeof value === 'string' ? value.replace('.000Z', 'Z') : value)

function asked({ hazard, action, person, given, at }: Case) {
  const doer = vectors.people[person] as Doer
  return [{ ...vectors.hazard, ...hazard }, action, doer, given, at] as const
}

function expectRefusal(each: Case, refused: Refused) {
  const answer = whyNot(...asked(each)) as Problem
  expect(answer?.code, each.name).toBe(refused.problem)
  expect(answer.detail_zh, each.name).toBe(refused.detail_zh)
  expect(answer, each.name).toMatchObject(refused.facts)
}

function expectStep(each: Case, taken: Taken) {
  const [hazard, action, person, , at] = asked(each)
  const { hazard: after, event } = advance(hazard, action, person, each.given as Given, at)
  for (const [field, value] of Object.entries(taken.changed))
    expect(instant(after[field as keyof HazardFacts]), `${each.name}: ${field}`).toEqual(value)
  for (const field of Object.keys(hazard)) {
    if (!(field in taken.changed) && field !== 'photos' && field !== 'version')
      expect(after[field as keyof HazardFacts], `${each.name}: ${field} stays`).toEqual(hazard[field as keyof HazardFacts])
  }
  expect(after.photos.length, each.name).toBe(taken.photos)
  expect(event.by_role, each.name).toBe(taken.by_role)
  expect([isOverdue(after, at), countsAsClosed(after)], each.name).toEqual([taken.is_overdue, taken.counts_as_closed])
}

test('the phone decides every step as the server does', () => {
  expect(vectors.cases.length).toBeGreaterThan(500)
  for (const each of vectors.cases) {
    const [hazard, , , , at] = asked(each)
    expect([dueIn(hazard, at), escalationProposed(hazard, at)], each.name).toEqual([each.due_in, each.escalation])
    if ('problem' in each.expected) expectRefusal(each, each.expected as Refused)
    else expect(whyNot(...asked(each)), each.name).toBeNull()
    if ('changed' in each.expected) expectStep(each, each.expected as Taken)
  }
})

test('a refused step leaves the hazard as it was', () => {
  const refused = vectors.cases.filter((each) => 'problem' in each.expected && each.given !== null)
  for (const each of refused) {
    const [hazard, action, person, , at] = asked(each)
    const before = structuredClone(hazard)
    expect(() => advance(hazard, action, person, each.given as Given, at), each.name).toThrow()
    expect(hazard).toEqual(before)
  }
})

test('every step of a stage is offered, each with why this person may not take it', () => {
  const hazard = { ...vectors.hazard, stage: 'submitted' as const, worked_by: [(vectors.people.grid_leader as Doer).id] }
  const offered = actionsFor(hazard, vectors.people.grid_leader as Doer, '2026-03-02T02:00:00Z')
  expect(Object.fromEntries(offered.map(({ action, whyNot: refusal }) => [action, refusal?.code ?? null]))).toEqual({
    pass_reinspection: 'own-work',
    fail_reinspection: 'own-work',
    escalate_hazard: 'not-your-step',
    allow_resumption: 'not-your-step',
    list_hazard: 'not-your-step',
    grade_hazard: 'not-your-step',
    note_hazard: null,
  })
})
