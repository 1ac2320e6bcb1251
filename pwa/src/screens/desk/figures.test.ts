import { expect, test } from 'vitest'
import type { Hazard } from '../hazards/look'
import { type GridCount, onTime, overdueFigures, percent, rectification, totalOpen } from './figures'

const now = new Date('2026-11-23T03:00:00Z')
const hazard = (more: Partial<Hazard>) =>
  ({
    id: 'h',
    stage: 'in_rectification',
    grade: 'general',
    due_on: null,
    closed_at: null,
    photos_awaited: 0,
    grid_code: null,
    ...more,
  }) as Hazard
const count = (open: number, closed: number, counted_closed: number): GridCount => ({
  code: '',
  name: '',
  open,
  overdue: 0,
  closed,
  counted_closed,
  transferred: 0,
})

test('a rate is never rounded up, and nothing over nothing is a dash', () => {
  // 118 of 141 is 83.687…: the office's own figure is 83.69, ours stays below what was reached.
  expect([
    percent({ part: 118, whole: 141 }),
    percent({ part: 9999, whole: 10_000 }),
    percent({ part: 3, whole: 3 }),
    percent({ part: 0, whole: 0 }),
  ]).toEqual(['83.68%', '99.99%', '100%', '—'])
})

test('closed without its photos is registered but not yet counted as closed', () => {
  expect(rectification({ communities: [count(2, 3, 2), count(1, 0, 0)], grids: [], outside: count(1, 1, 1) })).toEqual({
    part: 3,
    whole: 8,
    awaited: 1,
  })
})

test('on time counts the deadlines that have come, by the last approved day', () => {
  const rows = [
    hazard({ stage: 'closed', due_on: '2026-11-20', closed_at: '2026-11-20T15:59:00Z' }),
    // 16:01 UTC is the next day in Shanghai: a minute late.
    hazard({ stage: 'closed', due_on: '2026-11-20', closed_at: '2026-11-20T16:01:00Z' }),
    hazard({ stage: 'closed', due_on: '2026-11-20', closed_at: '2026-11-19T03:00:00Z', photos_awaited: 1 }),
    hazard({ due_on: '2026-11-22' }),
    hazard({ due_on: '2026-11-23' }),
    hazard({ due_on: '2026-12-01' }),
    hazard({ stage: 'voided', due_on: '2026-11-01' }),
  ]
  expect(onTime(rows, now)).toEqual({ part: 1, whole: 4 })
})

test('overdue says how many of the open and for how long', () => {
  expect(
    overdueFigures([hazard({ due_on: '2026-11-20' }), hazard({ due_on: '2026-11-22' }), hazard({ due_on: '2026-11-23' })], now),
  ).toEqual({ part: 2, whole: 3, longest_days: 3 })
})

test('everything within reach is counted once, what lies in no grid too', () => {
  const late = { ...count(3, 0, 0), overdue: 2 }
  expect(totalOpen({ communities: [late, count(1, 4, 4)], grids: [late], outside: { ...count(1, 0, 0), overdue: 1 } })).toEqual({ open: 5, overdue: 3 })
})
