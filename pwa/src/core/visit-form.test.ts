import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Checklist } from './checklist'
import type { ChecklistRow } from './types'
import { newForm, officersNear, readForm, versionOf } from './visit-form'
import { judged } from './visit-records'

const { bodies } = JSON.parse(readFileSync('../tests/vectors/checklist.json', 'utf8')) as { bodies: Record<string, Checklist> }
const assembly = bodies['ws.assembly'] as Checklist
const at = '2026-11-23T06:33:00.000Z'

describe('the form of a visit', () => {
  test('an older edition is completed, and what it holds is kept', () => {
    expect(readForm({ note: '改天再来' }, at)).toMatchObject({ note: '改天再来', card: 'start', findings: {}, started_at: at })
    expect(readForm(undefined, at)).toEqual(newForm(at))
  })

  test('the newest version is opened, and the one a draft began with is kept', () => {
    const rows = [1, 3, 2].map((version) => ({ id: 'co.household', version })) as ChecklistRow[]
    expect(versionOf(rows, 'co.household', null)?.version).toBe(3)
    expect(versionOf(rows, 'co.household', 2)?.version).toBe(2)
    expect(versionOf(rows, 'ws.school', null)).toBeUndefined()
  })

  test('every item for officers is shown beside exactly one question', () => {
    const { applies, advice } = judged({ form: newForm(at), body: assembly, track: 'patrol' })
    const advised = advice.filter(({ because }) => because === 'officer_only').map(({ item_id }) => item_id)
    const shown = applies.flatMap((item_id) => officersNear(assembly, advised, applies, item_id).map((item) => item.id))
    expect(advised.length).toBeGreaterThan(0)
    expect(shown).toEqual(advised)
  })
})
