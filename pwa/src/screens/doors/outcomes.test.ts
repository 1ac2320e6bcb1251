import { expect, test } from 'vitest'
import type { VisitRow } from '@/core/types'
import { appointment, corrected, endedAtDoor, revisitIn, withAfterwards } from './outcomes'

const at = '2026-11-23T02:00:00.000Z'
const ids = { visit_id: 'v2', place_id: 'h1' }

test('a visit that ends at the door has no answers, no photos and begins and ends at once', () => {
  expect(endedAtDoor(ids, 'no_answer', at, null)).toEqual({
    ...{ visit_id: 'v2', place_id: 'h1', place_kind: 'household', track: 'patrol', outcome: 'no_answer', answers: {}, item_notes: {} },
    ...{ note: '', photos: [], notice: { delivered: 'none', signed: 'none' }, started_at: at, ended_at: at, fix: null },
  })
})

test('what is said afterwards is kept only where it belongs', () => {
  const all = { revisit: { window: 'evening' as const }, notice: 'in_person' as const, vacancy_evidence: ' 水电已停 ' }
  expect(withAfterwards(endedAtDoor(ids, 'no_answer', at, null), all)).toMatchObject({ revisit: { window: 'evening' }, notice: { delivered: 'none' } })
  expect(withAfterwards(endedAtDoor(ids, 'declined', at, null), all)).toMatchObject({ notice: { delivered: 'in_person', signed: 'none' } })
  expect(withAfterwards(endedAtDoor(ids, 'vacant', at, null), all).vacancy_evidence).toBe('水电已停')
  expect(withAfterwards(endedAtDoor(ids, 'other_use', at, null), all)).toEqual(endedAtDoor(ids, 'other_use', at, null))
})

test('evidence that was typed and wiped out again is none', () => {
  const typed = withAfterwards(endedAtDoor(ids, 'vacant', at, null), { vacancy_evidence: '物业' })
  expect('vacancy_evidence' in withAfterwards(typed, { vacancy_evidence: ' ' })).toBe(false)
})

test('an appointment is the time on the wall in Shanghai; half of one is none', () => {
  expect(appointment('2026-11-23', '18:30')).toEqual({ window: 'appointment', on: '2026-11-23', at: '2026-11-23T10:30:00.000Z' })
  expect(appointment('2026-11-23', '')).toBeNull()
  expect(appointment('', '18:30')).toBeNull()
})

test('a window carries its day', () => {
  expect(revisitIn('weekend', new Date('2026-11-23T02:00:00Z'))).toEqual({ window: 'weekend', on: '2026-11-28' })
})

test('a correction keeps moment, position and what still fits, and names what it replaces', () => {
  const visit = {
    ...{ id: 'v1', place_id: 'h1', outcome: 'vacant', track: 'patrol', started_at: at, ended_at: at, fix: null, revisit: null },
    ...{ notice: { delivered: 'none', signed: 'none' }, vacancy_evidence: '水电已停' },
  } as unknown as VisitRow
  const again = corrected(visit, 'v2', 'no_answer', '点错了', { revisit: { window: 'evening' } })
  expect(again).toMatchObject({ visit_id: 'v2', corrects: 'v1', reason: '点错了', outcome: 'no_answer', ended_at: at, revisit: { window: 'evening' } })
  expect('vacancy_evidence' in again).toBe(false)
  expect(corrected(visit, 'v3', 'vacant', '补充').vacancy_evidence).toBe('水电已停')
})
