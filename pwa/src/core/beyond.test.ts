import { expect, it } from 'vitest'
import { hearsBeyond } from './beyond'
import type { Posting, Role } from './types'

const tenant = { code: '450299001' }
const told = (role: Role, place_code: string, more: Partial<Posting> = {}) => ({
  tenant,
  person: { id: 'p', postings: [{ role, place_code, premises_id: null, department: null, from_on: '2026-01-01', to_on: null, ...more } as Posting] },
})
const on = '2026-03-02'
const hears = (one: ReturnType<typeof told>) => hearsBeyond(one, on)

it('whoever is posted at the district reaches beyond the own subdistrict, and nobody below it does', () => {
  expect(hears(told('supervisor', '450299'))).toEqual(true)
  expect(hears(told('supervisor', '450299001'))).toEqual(false)
  expect(hears(told('grid_worker', '450299001002001'))).toEqual(false)
  expect(hears(told('supervisor', '450299002'))).toEqual(true)
})

it('a department of the district hears of all that is referred to it', () => {
  expect(hears(told('department', '450299', { department: 'fire' }))).toEqual(true)
  expect(hears(told('department', '450299001', { department: 'fire' }))).toEqual(false)
})

it('a responsible unit has no map, and a posting that is over no longer counts', () => {
  expect(hears(told('responsible_unit', '450299', { premises_id: 'x' }))).toEqual(false)
  expect(hears(told('supervisor', '450299', { to_on: '2026-03-01' }))).toEqual(false)
})
