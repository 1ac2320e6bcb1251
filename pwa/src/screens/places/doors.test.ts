import { expect, test } from 'vitest'
import type { LastVisit } from '@/core/types'
import { countDoors } from './doors'

const visit = (outcome: LastVisit['outcome']): LastVisit => ({ id: 'v', outcome, ended_at: '2026-11-01T00:00:00Z', hazards: 0, revisit_on: null, revisit_window: null })

test('every door of a building is counted once, by its last outcome, buildings in the order of their numbers', () => {
  const buildings = [
    { id: 'b', name: '10栋', address: '' },
    { id: 'a', name: '2栋', address: '' },
  ]
  const [second, tenth] = countDoors(buildings, [
    { building_id: 'a', last_visit: visit('entered') },
    { building_id: 'a', last_visit: null },
    { building_id: 'a', last_visit: visit('declined') },
    { building_id: 'gone', last_visit: null },
  ])
  expect([second?.name, tenth?.name]).toEqual(['2栋', '10栋'])
  expect(second).toMatchObject({ doors: 3, outcomes: { entered: 1, declined: 1, not_visited: 1 } })
  expect(Object.values(second?.outcomes ?? {}).reduce((sum, count) => sum + count, 0)).toBe(3)
  expect(tenth?.doors).toBe(0)
})
