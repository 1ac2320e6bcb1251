import { expect, test } from 'vitest'
import { enclosed, isInside } from './lasso'

/** An L: its notch in the north-east is outside. */
const line = [{ lon: 0, lat: 0 }, { lon: 4, lat: 0 }, { lon: 4, lat: 2 }, { lon: 2, lat: 2 }, { lon: 2, lat: 4 }, { lon: 0, lat: 4 }]

test.each([
  [1, 1, true],
  [3, 1, true],
  [1, 3, true],
  [3, 3, false],
  [5, 1, false],
  [-1, 1, false],
])('%f, %f within the line: %s', (lon, lat, inside) => {
  expect(isInside(line, { lon, lat })).toBe(inside)
  expect(isInside([...line].reverse(), { lon, lat })).toBe(inside)
})

test('what has no place is never enclosed, and a dash encloses nothing', () => {
  const things = [{ id: 'in', lon: 1, lat: 1 }, { id: 'out', lon: 3, lat: 3 }, { id: 'nowhere', lon: null, lat: null }]
  expect(enclosed(line, things)).toEqual(['in'])
  expect(enclosed(line.slice(0, 2), things)).toEqual([])
})
