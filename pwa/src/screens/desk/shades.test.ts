import { expect, test } from 'vitest'
import type { Hazard } from '../hazards/look'
import { countedByGrid, numberIn, numbersWithin, shadesBy, stepsOf, toldByGrid, totalOf, withDoors } from './shades'

const now = new Date('2026-11-23T03:00:00Z')
const at = (grid_code: string | null, due_on: string | null = null) => ({ id: 'h', stage: 'in_rectification', grade: 'general', due_on, grid_code }) as Hazard

test('hazards are counted in their grids, overdue ones among them', () => {
  const found = countedByGrid([at('a'), at('b', '2026-11-20'), at('b', '2026-11-30'), at(null)], now)
  expect(found).toEqual({ a: { open: 1, overdue: 0 }, b: { open: 2, overdue: 1 } })
  expect(totalOf('open', found)).toMatchObject({ part: 3 })
  expect(totalOf('overdue', found)).toEqual({ part: 1, whole: 3, rate: '33.33%' })
})

test('three and more open hazards share the darkest shade while grids hold few', () => {
  expect(shadesBy('open', { a: { open: 1, overdue: 0 }, b: { open: 2, overdue: 0 }, c: { open: 3, overdue: 0 } })).toEqual({ a: 1, b: 2, c: 3 })
})

test('full grids are shaded by thirds of the fullest', () => {
  const figures = { a: { open: 1, overdue: 0 }, b: { open: 34, overdue: 0 }, c: { open: 100, overdue: 0 } }
  expect(stepsOf('open', figures)).toEqual([1, 34, 67])
  expect(shadesBy('open', figures)).toEqual({ a: 1, b: 2, c: 3 })
})

test('overdue is a part of the open ones, and a grid without any has no shade', () => {
  const figures = { a: { open: 10, overdue: 0 }, b: { open: 10, overdue: 1 }, c: { open: 10, overdue: 2 }, d: { open: 2, overdue: 1 } }
  expect(shadesBy('overdue', figures)).toEqual({ b: 1, c: 2, d: 3 })
})

test('what the server counted stands for the same', () => {
  const count = { name: '', closed: 4, counted_closed: 4, transferred: 0 }
  const summary = { communities: [], outside: { code: '', open: 0, overdue: 0, ...count }, grids: [{ code: 'a', open: 5, overdue: 2, ...count }, { code: 'b', open: 0, overdue: 0, ...count }] }
  expect(toldByGrid(summary)).toEqual({ a: { open: 5, overdue: 2 } })
})

test('the fewer doors were entered, the darker; a grid without doors has neither shade nor number', () => {
  const doors = { a: { part: 40, whole: 40 }, b: { part: 36, whole: 40 }, c: { part: 20, whole: 40 }, d: { part: 0, whole: 0 }, e: { part: 29, whole: 40 }, g: { part: 19, whole: 40 } }
  const figures = withDoors({ a: { open: 1, overdue: 1 }, f: { open: 2, overdue: 0 } }, doors)
  expect(shadesBy('coverage', figures)).toEqual({ c: 2, e: 1, g: 3 })
  expect(Object.keys(figures).map((code) => numberIn('coverage', figures[code]))).toEqual(['40/40', '', '36/40', '20/40', '', '29/40', '19/40'])
  expect(totalOf('coverage', figures)).toEqual({ part: 144, whole: 200, rate: '72%' })
  expect(shadesBy('open', figures)).toEqual({ a: 1, f: 2 })
})

test('a number stands with what it is a part of', () => {
  expect(numberIn('open', { open: 3, overdue: 1 })).toBe('3')
  expect(numberIn('overdue', { open: 3, overdue: 1 })).toBe('1/3')
  expect(numberIn('open', undefined)).toBe('')
})

test('an area stands with the sum of its grids', () => {
  const figures = { '4502990010': { open: 3, overdue: 1 }, '4502990011': { open: 2, overdue: 2 }, '4502990020': { open: 0, overdue: 0, doors: { part: 1, whole: 4 } } }
  expect(numbersWithin('open', figures, 9)).toEqual({ '450299001': '5' })
  expect(numbersWithin('overdue', figures, 9)).toEqual({ '450299001': '3/5' })
  expect(numbersWithin('coverage', figures, 9)).toEqual({ '450299002': '1/4' })
})
