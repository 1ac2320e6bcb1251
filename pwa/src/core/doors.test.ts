import { expect, test } from 'vitest'
import { countDoors, type Door, doorOf, isTimeToReturn, nextDoor, rate, revisitDay, roundFrom, stopsOf, walked } from './doors'
import type { BuildingRow, HouseholdRow, LastVisit, Outcome, Revisit, VisitRow } from './types'

const ROUND = '2026-09-01'
// Monday 23 November 2026, 10:00 in Shanghai.
const now = new Date('2026-11-23T02:00:00Z')
let made = 0

function home(outcome: Outcome | null, more: Partial<LastVisit> & { room?: string; floor?: number; unit?: string; building_id?: string } = {}): HouseholdRow {
  const { room = `${++made}`, floor = 1, unit = '1', building_id = 'b1', ...visit } = more
  const last_visit = outcome && { id: `v${made}`, outcome, ended_at: '2026-11-20T02:00:00Z', hazards: 0, revisit_on: null, revisit_window: null, ...visit }
  return { id: `h${made}`, room, floor, unit, building_id, last_visit } as HouseholdRow
}
const door = (outcome: Outcome | null, more = {}, visit?: Partial<VisitRow>): Door => {
  const household = home(outcome, more)
  return doorOf(household, visit && ({ id: household.last_visit?.id, ...visit } as VisitRow), ROUND)
}
const building = (id: string, name: string) => ({ id, name }) as BuildingRow

test('a round begins on 1 September and lasts over the new year', () => {
  expect(roundFrom('2026-09-01')).toBe('2026-09-01')
  expect(roundFrom('2026-08-31')).toBe('2025-09-01')
  expect(roundFrom('2027-01-15')).toBe('2026-09-01')
})

test('a visit of the last round leaves the door unvisited; the day is counted in Shanghai', () => {
  expect(door('entered', { ended_at: '2026-08-31T15:59:59Z' }).look).toBe('unvisited')
  expect(door('entered', { ended_at: '2026-08-31T16:00:00Z' }).look).toBe('entered')
})

test('hazards are shown only of a home that was entered', () => {
  expect(door('entered', { hazards: 2 })).toMatchObject({ look: 'hazard', hazards: 2 })
  expect(door('declined', { hazards: 2 })).toMatchObject({ look: 'declined', hazards: 0 })
})

test('vacant doors leave the denominator only with evidence; nothing else leaves it', () => {
  const doors = [door('entered'), door('entered', { hazards: 1 }), door('no_answer'), door('declined'), door('other_use'), door(null)]
  doors.push(door('vacant', {}, { vacancy_evidence: '水电已停' }), door('vacant', {}, { vacancy_evidence: ' ' }), door('vacant'))
  expect(countDoors(doors)).toEqual({
    ...{ doors: 9, entered: 2, no_answer: 1, declined: 1, vacant: 3, other_use: 1, unvisited: 1, with_hazards: 1 },
    ...{ vacant_with_evidence: 1, numerator: 2, denominator: 8 },
  })
})

test('a rate is cut, never rounded up, and of nothing is a dash', () => {
  expect(rate(214, 386)).toBe('55.44%')
  expect(rate(9999, 10_000)).toBe('99.99%')
  expect(rate(99_999, 100_000)).toBe('99.99%')
  expect(rate(5, 5)).toBe('100.00%')
  expect(rate(0, 0)).toBe('—')
})

test('doors are walked unit by unit from the top floor down, numbers as numbers', () => {
  const doors = [door(null, { unit: '10', room: '101' }), door(null, { unit: '2', room: '102' }), door(null, { unit: '2', floor: 3, room: '302' }), door(null, { unit: '2', floor: 3, room: '301' })]
  expect(walked(doors).map(({ household }) => `${household.unit}-${household.room}`)).toEqual(['2-301', '2-302', '2-102', '10-101'])
})

test('the building last worked in comes first, finished ones are gone', () => {
  const doors = [
    ...[door(null, { building_id: 'b1' }), door(null, { building_id: 'b2' }), door('entered', { building_id: 'b3' })],
    ...[door('entered', { building_id: 'b10', ended_at: '2026-11-23T01:00:00Z' }), door(null, { building_id: 'b10' })],
  ]
  const buildings = [building('b3', '3栋'), building('b10', '10栋'), building('b2', '2栋'), building('b1', '1栋')]
  expect(stopsOf(buildings, doors).map((stop) => stop.building.name)).toEqual(['10栋', '1栋', '2栋'])
})

const again = (revisit: Revisit) => door('no_answer', {}, { revisit })
test('an appointment whose time has come goes first, one later today does not', () => {
  const soon = again({ window: 'appointment', at: '2026-11-23T02:15:00Z' })
  const later = again({ window: 'appointment', at: '2026-11-23T10:30:00Z' })
  const fresh = door(null)
  const stop = (left: Door[]) => [{ building: building('b1', '1栋'), left, all: left.length }]
  expect(nextDoor(stop([later, fresh, soon]), now)).toBe(soon)
  expect(nextDoor(stop([later, fresh]), now)).toBe(fresh)
  expect(nextDoor([], now)).toBeNull()
})

test('a door is returned to in its window: evenings from five, weekends, never before the day', () => {
  expect(isTimeToReturn(again({ window: 'evening' }), now)).toBe(false)
  expect(isTimeToReturn(again({ window: 'evening' }), new Date('2026-11-23T09:00:00Z'))).toBe(true)
  expect(isTimeToReturn(again({ window: 'weekend' }), now)).toBe(false)
  expect(isTimeToReturn(again({ window: 'weekend' }), new Date('2026-11-28T02:00:00Z'))).toBe(true)
  expect(isTimeToReturn(again({ on: '2026-11-24' }), now)).toBe(false)
  expect(isTimeToReturn(door('no_answer'), now)).toBe(true)
  expect(isTimeToReturn(door(null), now)).toBe(false)
})

test('tonight is today and the weekend the coming Saturday', () => {
  expect(revisitDay('evening', now)).toBe('2026-11-23')
  expect(revisitDay('weekend', now)).toBe('2026-11-28')
  expect(revisitDay('weekend', new Date('2026-11-29T02:00:00Z'))).toBe('2026-11-29')
})
