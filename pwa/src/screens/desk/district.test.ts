// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import type { GridRow, Role } from '@/core/types'
import { groupsOf, labelsOf, linesFrom, namesOf, seesBeyond } from './district'
import type { GridCount, Summary } from './figures'

const counted = (code: string, name: string): GridCount => ({ code, name, open: 0, overdue: 0, closed: 0, counted_closed: 0, transferred: 0 })
const own = [{ code: '450299001002', name: '和平' }, { code: '450299001001', name: '金绿洲' }]
const grids = [{ code: '450299001002001', name: '第1网格' }] as GridRow[]
const district: Summary = {
  subdistricts: [{ ...counted('450299001', 'XX街道'), bounds: [109, 24, 110, 26] }, { ...counted('450299002', 'YY街道'), bounds: null }],
  communities: [counted('450299001002', '和平'), counted('450299002001', '和平')],
  grids: [counted('450299001002001', '第1网格'), counted('450299002001001', '第1网格')],
  outside: counted('450299001', ''),
}

it('whoever is posted at the district sees grids beyond the own subdistrict; a department of it sees none', () => {
  const sees = (role: Role, place_code: string, department: string | null = null) => {
    const postings = [{ role, place_code, department, premises_id: null, from_on: '2026-01-01', to_on: null }]
    return seesBeyond({ person: { id: 'p', postings }, tenant: { code: '450299001' } }, '2026-03-02')
  }
  expect([sees('supervisor', '450299'), sees('supervisor', '450299002')]).toEqual([true, true])
  expect([sees('supervisor', '450299001'), sees('department', '450299', 'fire'), sees('grid_worker', '450299001002001')]).toEqual([false, false, false])
})

it('grids that are called alike are told apart by their subdistrict, and in one subdistrict by their community', () => {
  expect(namesOf(grids, own, district)).toEqual({ '450299001002001': 'XX街道 和平 第1网格', '450299002001001': 'YY街道 和平 第1网格' })
  expect(namesOf(grids, own, null)).toEqual({ '450299001002001': '和平 第1网格' })
})

it('communities are chosen under the name of their subdistrict, each once and with those that have no grids yet', () => {
  expect(groupsOf(own, district)).toEqual([
    { name: 'XX街道', communities: [{ code: '450299001001', name: '金绿洲' }, { code: '450299001002', name: '和平' }] },
    { name: 'YY街道', communities: [{ code: '450299002001', name: '和平' }] },
  ])
  expect(groupsOf(own, null)).toEqual([{ name: '', communities: [{ code: '450299001001', name: '金绿洲' }, { code: '450299001002', name: '和平' }] }])
})

it('a subdistrict is named with its figure in the middle of its grids, and not where it has none', () => {
  expect(labelsOf(district, 'open', { '450299001002001': { open: 3, overdue: 0 } })).toEqual([{ name: 'XX街道  3', lon: 109.5, lat: 25 }])
  expect(labelsOf(district, 'overdue', {})).toEqual([{ name: 'XX街道', lon: 109.5, lat: 25 }])
  expect(labelsOf(null, 'open', {})).toEqual([])
})

it('what an older server counted names no subdistricts', () => {
  const { subdistricts: _, ...older } = district
  expect(groupsOf(own, older)).toHaveLength(1)
  expect(namesOf(grids, own, older)['450299002001001']).toBe('和平 第1网格')
})

it('the lines of thousands of grids wait for a closer look', () => {
  expect([linesFrom(null), linesFrom(district)]).toEqual([0, 0])
  expect(linesFrom({ ...district, grids: Array.from({ length: 500 }, (_, at) => counted(String(at), '')) })).toBeGreaterThan(10)
})
