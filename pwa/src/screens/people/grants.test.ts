import { expect, test } from 'vitest'
import type { Posting, Role } from '@/core/types'
import { EMPTY_POSTING, postedTo, postingArgs, postingFault, rolesToGive, whyNotGovern, whyNotGrant } from './grants'

const ON = '2026-11-23'
const [SUBDISTRICT, COMMUNITY, GRID, NEXT] = ['450299001', '450299001002', '450299001002001', '450299001003001']
const posted = (role: Role, place_code: string, more: Partial<Posting> = {}): Posting => ({
  ...{ id: null, role, place_code, premises_id: null, department: null, from_on: '2026-01-01', to_on: null, place_name: null },
  ...more,
})
const person = (id: string, ...postings: Posting[]) => ({ id, postings })
const min = person('min', posted('sys_admin', SUBDISTRICT))
const qin = person('qin', posted('community_admin', COMMUNITY))
const dai = person('dai', posted('dispatcher', SUBDISTRICT))
const lan = person('lan', posted('grid_worker', GRID))

test('a community gives its own field roles and no other', () => {
  expect(rolesToGive(qin, ON)).toEqual(['grid_worker', 'grid_leader'])
  expect(rolesToGive(lan, ON)).toEqual([])
  expect(rolesToGive(min, ON)).toContain('sys_admin')
  expect(whyNotGrant(qin, posted('grid_worker', GRID), 'lan', ON)).toBeNull()
  expect(whyNotGrant(qin, posted('grid_worker', NEXT), 'bo', ON)).toBe('not-found')
  expect(whyNotGrant(qin, posted('community_admin', COMMUNITY), 'x', ON)).toBe('not-your-role')
})

test('nobody changes his own postings, and an ended posting gives nothing', () => {
  expect(whyNotGrant(min, posted('sys_admin', SUBDISTRICT), 'min', ON)).toBe('own-posting')
  const former = person('old', posted('community_admin', COMMUNITY, { to_on: '2026-11-22' }))
  expect(rolesToGive(former, ON)).toEqual([])
})

test('a phone is handed only to somebody whose every posting is one’s own to give', () => {
  expect(whyNotGovern(dai, 'enrol', lan, ON)).toBeNull()
  expect(whyNotGovern(dai, 'enrol', min, ON)).toBe('not-your-role')
  const both = person('both', posted('grid_worker', GRID), posted('safety_officer', SUBDISTRICT))
  expect(whyNotGovern(dai, 'enrol', both, ON)).toBe('not-your-role')
  expect(whyNotGovern(qin, 'enrol', person('bo', posted('grid_worker', NEXT)), ON)).toBe('not-found')
  expect(whyNotGovern(lan, 'enrol', lan, ON)).toBe('not-your-role')
  expect(whyNotGovern(dai, 'enrol', dai, ON)).toBeNull()
})

test('each role asks for what it is posted to, and says what is missing', () => {
  expect(postedTo('grid_worker')).toEqual({ kind: 'area', digits: [15] })
  expect(postedTo('dispatcher')).toEqual({ kind: 'subdistrict' })
  expect(postedTo('responsible_unit')).toEqual({ kind: 'premises' })
  expect(postingFault(EMPTY_POSTING)).toBe('role_missing')
  expect(postingFault({ ...EMPTY_POSTING, role: 'grid_worker', place_code: COMMUNITY })).toBe('place_missing')
  expect(postingFault({ ...EMPTY_POSTING, role: 'department' })).toBe('department_missing')
  expect(postingArgs({ ...EMPTY_POSTING, role: 'grid_worker', place_code: GRID, department: 'fire' })).toEqual({ role: 'grid_worker', place_code: GRID })
  expect(postingArgs({ ...EMPTY_POSTING, role: 'dispatcher', place_code: GRID })).toEqual({ role: 'dispatcher' })
})
