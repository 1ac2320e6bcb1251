import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Checklist, type Evaluation, evaluate } from './checklist'
import { withDoor } from './door'
import { personalNumber } from './personal-numbers'
import type { Notice, Outcome, Track } from './types'

type Told = Omit<Evaluation, 'findings'> & { findings: Partial<Evaluation['findings'][number]>[] }
type Expect = Partial<Told> & { asks?: string[]; hides?: string[]; advises?: Evaluation['advice'] }
type Case = { name?: string; checklist: string; track: Track; answers: unknown; expect: Expect }
type Door = {
  name: string
  checklist: string
  answers: Record<string, unknown>
  outcome: Outcome
  notice: Notice
  expect: { answers: unknown }
}

const vectors = JSON.parse(readFileSync('../tests/vectors/checklist.json', 'utf8')) as {
  bodies: Record<string, Checklist>
  cases: Case[]
  parity: Case[]
  door: Door[]
  personal_numbers: { text: string; expect: string | null }[]
}

function told(given: { checklist: string; answers: unknown; track: Track }): Told {
  const evaluation = evaluate(vectors.bodies[given.checklist] as Checklist, given.answers, given.track)
  const findings = evaluation.findings.map(({ item_id, grade, due_days, option, limit }) => ({ item_id, grade, due_days, option, limit }))
  return { ...evaluation, findings }
}

describe('a checklist on the phone', () => {
  test('there are cases to read', () => {
    expect(vectors.cases.length).toBeGreaterThanOrEqual(150)
    expect(vectors.parity.length).toBeGreaterThanOrEqual(90)
  })

  test.each(vectors.cases.map((each) => [`${each.checklist}: ${each.name}`, each] as const))(
    'says what was stated beforehand: %s',
    (_, each) => {
      const { asks = [], hides = [], advises = [], ...exact } = each.expect

      const found = told(each)

      expect(found.applies).toEqual(expect.arrayContaining(asks))
      for (const hidden of hides) expect(found.applies).not.toContain(hidden)
      expect(found.advice).toEqual(expect.arrayContaining(advises))
      expect(found).toMatchObject(exact)
    },
  )

  test.each(vectors.parity.map((each, number) => [`${each.checklist} ${number}`, each] as const))(
    'agrees with the server: %s',
    (_, each) => {
      expect(told(each)).toEqual(each.expect)
    },
  )

  test.each(vectors.door.map((each) => [each.name, each] as const))('does not ask twice what the door settled: %s', (_, each) => {
    const body = vectors.bodies[each.checklist] as Checklist

    expect(withDoor(body, each.answers, each.outcome, each.notice)).toEqual(each.expect.answers)
  })

  test.each(vectors.personal_numbers.map((each) => [each.text, each.expect] as const))(
    'finds the number of a person in “%s”',
    (text, kind) => {
      expect(personalNumber(text)).toBe(kind)
    },
  )
})
