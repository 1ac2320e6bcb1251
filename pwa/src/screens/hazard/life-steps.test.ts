import { expect, test } from 'vitest'
import type { HazardEvent, HazardRow, Stage } from '@/core/types'
import { lifeSteps } from './life-steps'

const event = (from_stage: Stage | null, to_stage: Stage, at: string, action = 'x') =>
  ({ id: at, action, at, by_name: '', by_role: '', from_stage, to_stage, given: {}, number: '' }) as HazardEvent
const hazard = (stage: Stage, events: HazardEvent[], more: Partial<HazardRow> = {}) =>
  ({ stage, events, place_kind: 'premises', returned: false, reported_at: '2026-11-01T02:00:00Z', closed_at: null, ...more }) as HazardRow
const states = (row: HazardRow) => lifeSteps(row).map((step) => `${step.word.zh} ${step.state}`)

const told = event('registered', 'in_rectification', '2026-11-02T02:00:00Z')

test('a home is advised instead of dispatched, on the day its rectification began', () => {
  const steps = lifeSteps(
    hazard('submitted', [told, event('in_rectification', 'submitted', '2026-11-04T02:00:00Z')], { place_kind: 'household' }),
  )
  expect(steps.map((step) => step.word.zh)).toEqual(['登记', '已告知', '整改中', '待复查', '销号'])
  expect(steps.map((step) => step.at?.slice(8, 10) ?? null)).toEqual(['01', '02', '02', '04', null])
})

test('a referral straight from the report stands where the dispatch would', () => {
  expect(states(hazard('transferred', [event('registered', 'transferred', '2026-11-02T02:00:00Z')]))).toEqual([
    '登记 done',
    '移送 now',
    '整改中 todo',
    '待复查 todo',
    '销号 todo',
  ])
})

test('a step that was sent back says so in place of its own word', () => {
  expect(states(hazard('in_rectification', [told], { returned: true }))[2]).toBe('退回 now')
})

test('an extension that waits stands at the rectification', () => {
  expect(states(hazard('extension_pending', [event('in_rectification', 'extension_pending', '2026-11-03T02:00:00Z')]))[2]).toBe(
    '延期待批 now',
  )
})

test('what is closed has no step left, and what was fixed on the spot only two', () => {
  expect(states(hazard('closed', [], { closed_at: '2026-11-09T02:00:00Z' })).every((step) => step.endsWith('done'))).toBe(true)
  expect(states(hazard('closed_on_site', [], { closed_at: '2026-11-01T03:00:00Z' }))).toEqual(['登记 done', '当场整改 done'])
})
