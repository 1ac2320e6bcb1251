import type { Feature, MultiPolygon, Polygon } from 'geojson'
import { expect, test } from 'vitest'
import { boundsOf, circleAround, middleOf, pathOf, projectInto, withoutOverlap } from './projection'

const square = (west: number, south: number, size: number): Feature<Polygon> => ({
  type: 'Feature',
  properties: {},
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
      ],
    ],
  },
})

test('the box holds every grid, and no grids have no box', () => {
  expect(boundsOf([square(109, 24, 1), square(111, 23, 0.5)])).toEqual([109, 23, 111.5, 25])
  expect(boundsOf([])).toBeNull()
})

test('north is up, the shape is kept and the margin stays free', () => {
  const project = projectInto([109.4, 24.3, 109.41, 24.31], 400, 800, 10)
  const [west, top] = project(109.4, 24.31)
  const [east, bottom] = project(109.41, 24.3)
  expect([west, east]).toEqual([10, 390])
  expect(bottom).toBeGreaterThan(top)
  // At 24.3° a degree of latitude is 1/cos(24.3°) longer than one of longitude on a Mercator sheet.
  expect((bottom - top) / (east - west)).toBeCloseTo(1 / Math.cos((24.305 * Math.PI) / 180), 3)
  expect((top + bottom) / 2).toBeCloseTo(400, 5)
})

test('one place alone does not divide by zero', () => {
  const place = projectInto([109, 24, 109, 24], 100, 100, 10)(109, 24)
  expect(place.every(Number.isFinite)).toBe(true)
})

test('a hole is a second ring of the path', () => {
  const grid = square(0, 0, 1)
  grid.geometry.coordinates.push([
    [0.4, 0.4],
    [0.6, 0.4],
    [0.5, 0.6],
    [0.4, 0.4],
  ])
  expect(pathOf(grid, (lon, lat) => [lon * 10, lat * 10])).toBe(
    'M0.0 0.0L10.0 0.0L10.0 10.0L0.0 10.0L0.0 0.0zM4.0 4.0L6.0 4.0L5.0 6.0L4.0 4.0z',
  )
})

test('a name stands in the middle of the largest part', () => {
  expect(middleOf(square(109, 24, 2))).toEqual([110, 25])
  const islands: Feature<MultiPolygon> = {
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiPolygon', coordinates: [square(0, 0, 1).geometry.coordinates, square(50, 10, 4).geometry.coordinates] },
  }
  expect(middleOf(islands)).toEqual([52, 12])
})

test('a circle of 28 m is 28 m wide to every side', () => {
  const ring = circleAround(109.4, 24.3, 28)
  expect(ring[0]).toEqual(ring.at(-1))
  for (const [lon = 0, lat = 0] of ring) {
    const metres = Math.hypot((lon - 109.4) * Math.cos((24.3 * Math.PI) / 180), lat - 24.3) * (Math.PI / 180) * 6_371_008.8
    expect(metres).toBeCloseTo(28, 1)
  }
})

test('of names that would cover each other the first one stays', () => {
  const named = [{ name: '第1网格', x: 100, y: 100 }, { name: '第2网格', x: 150, y: 108 }, { name: '第3网格', x: 150, y: 130 }, { name: 'Grid 4', x: 200, y: 100 }]
  expect(withoutOverlap(named, 19).map(({ name }) => name)).toEqual(['第1网格', '第3网格', 'Grid 4'])
})
