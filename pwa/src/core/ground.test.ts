import { expect, test } from 'vitest'
import { gridsTouched, isWhollyIn } from './ground'
import type { GridRow } from './types'

/** A square of about 1.1 km from the equator, where a thousandth of a degree is 111.3 m both ways. */
function square(code: string, west: number, hole: number[][] = []): Pick<GridRow, 'code' | 'geometry'> {
  const ring = [[west, 0], [west + 0.01, 0], [west + 0.01, 0.01], [west, 0.01], [west, 0]]
  return { code, geometry: { type: 'Polygon', coordinates: hole.length ? [ring, hole] : [ring] } }
}
const here = (lon: number, lat: number, accuracy_m: number) => ({ lon, lat, accuracy_m })
const codes = (fix: ReturnType<typeof here>, grids: Pick<GridRow, 'code' | 'geometry'>[]) => gridsTouched(fix, grids).map((grid) => grid.code)
const two = [square('west', 0), square('east', 0.01)]

test('a small circle well inside a grid means that grid alone', () => {
  expect(codes(here(0.005, 0.005, 30), two)).toEqual(['west'])
})

test('a circle over the line means both, the one of its middle first', () => {
  expect(codes(here(0.0102, 0.005, 30), two)).toEqual(['east', 'west'])
  expect(codes(here(0.0102, 0.005, 20), two)).toEqual(['east'])
})

test('outside all grids nothing is meant, unless the circle reaches one', () => {
  expect(codes(here(-0.01, 0.005, 50), two)).toEqual([])
  expect(codes(here(-0.0002, 0.005, 50), two)).toEqual(['west'])
})

test('a hole in a grid is not the grid', () => {
  const holed = square('ring', 0, [[0.004, 0.004], [0.006, 0.004], [0.006, 0.006], [0.004, 0.006], [0.004, 0.004]])
  expect(codes(here(0.005, 0.005, 10), [holed])).toEqual([])
})

test('a circle that reaches the border is not wholly in its grid, whether or not the neighbour is known', () => {
  const [west] = two as [ReturnType<typeof square>]
  expect(isWhollyIn(here(0.005, 0.005, 30), west)).toBe(true)
  expect(isWhollyIn(here(0.0098, 0.005, 30), west)).toBe(false)
  expect(isWhollyIn(here(0.0102, 0.005, 5), west)).toBe(false)
})
