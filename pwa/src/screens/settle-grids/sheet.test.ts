import { expect, test } from 'vitest'
import type { GridRow } from '@/core/types'
import { boundsAround, nameSpot } from './sheet'

function square(code: string, west: number): Pick<GridRow, 'code' | 'geometry'> {
  return { code, geometry: { type: 'Polygon', coordinates: [[[west, 0], [west + 0.01, 0], [west + 0.01, 0.01], [west, 0.01], [west, 0]]] } }
}
const two = [square('west', 0), square('east', 0.01)]

test('each name stands in the part of its grid that is seen', () => {
  const circle = { lon: 0.0099, lat: 0.005, accuracy_m: 50 }
  const [west, , east] = boundsAround(circle, two)
  const names = two.map((grid) => nameSpot(grid, circle, two)?.[0] ?? 0)
  expect(names[0]).toBeGreaterThan(west)
  expect(names[0]).toBeLessThan(0.01)
  expect(names[1]).toBeGreaterThan(0.01)
  expect(names[1]).toBeLessThan(east)
})

test('a position far from all is shown together with the grids', () => {
  const [west, , east] = boundsAround({ lon: 0.1, lat: 0.005, accuracy_m: 20 }, two)
  expect(west).toBeLessThanOrEqual(0)
  expect(east).toBeGreaterThan(0.1)
})

test('a grid out of sight has no name on the sheet', () => {
  expect(nameSpot(square('far', 0.5), { lon: 0.0099, lat: 0.005, accuracy_m: 50 }, two)).toBeNull()
})
