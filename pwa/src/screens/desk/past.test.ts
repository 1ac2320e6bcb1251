import { expect, test } from 'vitest'
import { isOverdue } from '@/core/lifecycle'
import { markOf } from '../hazards/look'
import { asHazard, dayIn, daysBetween, endOf, type StoodRow, stoodByGrid, totalStood } from './past'

const ROW: StoodRow = {
  id: 'a', fid: 7, number: 'X7K2-0001', stage: 'transferred', grade: 'general', deadline_on: '2026-08-31', category: 'school', what: ['门锁'],
  description: '', place_code: '450299001002001', grid_code: '450299001002001', place_name: '小学', location_note: '', reported_at: '2026-08-01T00:00:00Z',
  lon: 109.4, lat: 24.3,
}

test('the deadline of a day counts in whichever stage a hazard stood, and only the day after is it late', () => {
  for (const stage of ['transferred', 'dispatched', 'submitted'] as const) {
    const hazard = asHazard({ ...ROW, stage })
    expect(isOverdue(hazard, endOf('2026-08-31').toISOString())).toBe(false)
    expect(isOverdue(hazard, endOf('2026-09-01').toISOString())).toBe(true)
    expect(markOf(hazard, endOf('2026-09-01'), 'zh').tone).toBe('overdue')
  }
  expect(isOverdue(asHazard({ ...ROW, stage: 'closed', deadline_on: null }), endOf('2026-09-01').toISOString())).toBe(false)
})

test('grids are shaded by what was open in them; what lies outside counts in the sum alone', () => {
  const answer = {
    places: [
      { place_code: '450299001', open: 2, overdue: 1, closed: 0 },
      { place_code: '450299001002001', open: 3, overdue: 1, closed: 4 },
      { place_code: '450299001002002', open: 0, overdue: 0, closed: 5 },
    ],
    total: 0,
    hazards: [],
  }
  expect(stoodByGrid(answer)).toEqual({ '450299001002001': { open: 3, overdue: 1 } })
  expect(totalStood(answer)).toEqual({ open: 5, overdue: 2, closed: 9 })
})

test('an address names a day or none', () => {
  expect(['2026-08-31', '2026-02-29', '2026-8-1', '', undefined, ['2026-08-31'], '2026-13-01'].map(dayIn)).toEqual(['2026-08-31', null, null, null, null, null, null])
  expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3)
})
