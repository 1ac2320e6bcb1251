import { expect, test } from 'vitest'
import { nextDoor } from './next-door'

const door = (unit: string, room: string, visited = false) => ({
  ...{ id: `${unit}-${room}`, unit, room, floor: Number(room[0]) },
  last_visit: visited ? { id: 'v', outcome: 'entered' as const, ended_at: '', hazards: 0, revisit_on: null, revisit_window: null } : null,
})

test('the next door is the next one going down the same staircase', () => {
  const doors = [door('1', '101'), door('1', '201'), door('1', '202', true), door('1', '301'), door('2', '301')]
  expect(nextDoor(doors, '1-301')?.id).toBe('1-201')
  expect(nextDoor(doors, '1-201')?.id).toBe('1-101')
})

test('at the foot of one staircase the next one is gone up, and at the end those left behind', () => {
  const doors = [door('1', '101'), door('1', '201'), door('2', '201')]
  expect(nextDoor(doors, '1-101')?.id).toBe('2-201')
  expect(nextDoor(doors, '2-201')?.id).toBe('1-201')
})

test('where every other door has a result there is none', () => {
  expect(nextDoor([door('1', '101'), door('1', '201', true)], '1-101')).toBeNull()
})
