import { expect, test } from 'vitest'
import { codesIn, heldBy, lacking, type Retiring, successors } from './retiring'

const CODE = '450299001002001'
const NEW = '450299001002009'
const TODAY = '2026-03-02'
const wanted = (changed: Partial<Retiring> = {}): Retiring => ({ code: CODE, retired_on: TODAY, standing: [], new_codes: '', ...changed })
const grid = { effective_on: '2026-01-01' }
const held = { buildings: 2, doors: 24, premises: 1, hazards: 3 }
const nothing = { buildings: 0, doors: 0, premises: 0, hazards: 1 }

test.each([
  [wanted({ code: '4502' }), held, 'grid_missing'],
  [wanted({ retired_on: '' }), held, 'day_missing'],
  [wanted({ retired_on: '2026-03-03' }), held, 'not_yet'],
  [wanted({ retired_on: '2025-12-31' }), held, 'too_early'],
  [wanted({ new_codes: '450299002002009' }), held, 'new_codes_wrong'],
  [wanted({ new_codes: '12' }), held, 'new_codes_wrong'],
  [wanted(), held, 'no_successor'],
  [wanted({ new_codes: CODE }), held, 'no_successor'],
  [wanted({ new_codes: NEW }), held, null],
  [wanted({ standing: [NEW] }), held, null],
  [wanted(), nothing, null],
  [wanted(), null, null],
] as const)('what the server would refuse is said before', (asked, lying, expected) => {
  expect(lacking(asked, grid, lying, TODAY)).toBe(expected)
})

test('codes are read as people type them, each once', () => {
  expect(codesIn(` ${NEW}，450299001002008、${NEW}\n`)).toEqual([NEW, '450299001002008'])
  expect(codesIn('４５０２')).toEqual(['4502'])
})

test('grids that stand come first among those that take the ground, and never the grid itself', () => {
  expect(successors(wanted({ standing: ['450299001002002'], new_codes: `${NEW} ${CODE}` }))).toEqual(['450299001002002', NEW])
})

test('what lies in the grid is counted, closed hazards and other grids are not', () => {
  const rows = {
    building: [{ grid_code: CODE }, { grid_code: NEW }],
    household: [{ grid_code: CODE }, { grid_code: CODE }],
    premises: [{ grid_code: NEW }],
    hazard: [{ grid_code: CODE, stage: 'registered' as const }, { grid_code: CODE, stage: 'closed' as const }, { grid_code: null, stage: 'registered' as const }],
  }
  expect(heldBy(CODE, rows)).toEqual({ buildings: 1, doors: 2, premises: 0, hazards: 1 })
})
