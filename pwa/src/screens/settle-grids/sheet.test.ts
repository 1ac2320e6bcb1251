import { expect, test } from 'vitest'
import type { GridRow } from '@/core/types'
import { boundsAround, nameSpot, readable } from './sheet'

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

test('a position outside is shown together with the part of the nearest grid, and its circle can be seen', () => {
  const [west, , east] = boundsAround({ lon: 0.0214, lat: 0.005, accuracy_m: 20 }, two)
  expect(west).toBeLessThan(0.02)
  expect(west).toBeGreaterThan(0.01)
  expect(east).toBeGreaterThan(0.0214)
  expect(boundsAround({ lon: 0.1, lat: 0.005, accuracy_m: 20 }, two)[0]).toBeLessThan(0.02)
  expect(boundsAround({ lon: 0.1, lat: 0.005, accuracy_m: 20 }, [])[0]).toBeLessThan(0.1)
})

test('of names that would stand over each other the one nearer to the middle is shown', () => {
  const [near, over, beside] = [{ at: [240, 160] as const }, { at: [280, 170] as const }, { at: [100, 160] as const }]
  expect(readable([over, beside, near], [240, 150])).toEqual([near, beside])
})

test('a grid out of sight has no name on the sheet', () => {
  expect(nameSpot(square('far', 0.5), { lon: 0.0099, lat: 0.005, accuracy_m: 50 }, two)).toBeNull()
})
