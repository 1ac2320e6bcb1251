// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { boundsOf, projectInto } from '@/parts/projection'
import { chosen, corners, type Grid, missing, placesIn, snap, textOf, undoLeft, unprojector } from './redrawing'

const square = (west: number, code: string): Grid => ({
  type: 'Feature',
  properties: { code, name: code, community_code: 'c', kind: 'basic' },
  geometry: { type: 'Polygon', coordinates: [[[west, 24.3], [west + 0.002, 24.3], [west + 0.002, 24.302], [west, 24.302], [west, 24.3]]] },
})
const grids = [square(109.4, 'a'), square(109.402, 'b')]
const bounds = boundsOf(grids) ?? [0, 0, 1, 1]
const project = projectInto(bounds, 600, 640, 24)
const unproject = unprojector(project, bounds)

test('a point of the sheet leads back to its place', () => {
  const [lon, lat] = unproject(...project(109.4013, 24.3007))

  expect(lon).toBeCloseTo(109.4013, 9)
  expect(lat).toBeCloseTo(24.3007, 9)
})

test('a click beside a corner means the corner, to the last digit', () => {
  const [x, y] = project(109.402, 24.302)

  expect(snap(x + 9, y - 9, grids, project, unproject)).toEqual({ place: [109.402, 24.302], on: 'corner' })
})

test('a click beside an edge means the place on the edge', () => {
  const [x, y] = project(109.402, 24.301)
  const found = snap(x + 8, y, grids, project, unproject)

  expect(found.on).toBe('edge')
  expect(found.place[0]).toBe(109.402)
  expect(found.place[1]).toBeCloseTo(24.301, 6)
})

test('a click in the open means itself', () => {
  const found = snap(...project(109.401, 24.301), grids, project, unproject)

  expect(found).toEqual({ place: [109.401, 24.301], on: 'nothing' })
})

test('shared corners are offered once', () => {
  expect(corners(grids)).toHaveLength(6)
})

test('a split takes one grid, a border two, a merge any number, and pressing again lets go', () => {
  expect(chosen('split', ['a'], 'b')).toEqual(['b'])
  expect(chosen('redraw', ['a', 'b'], 'c')).toEqual(['b', 'c'])
  expect(chosen('merge', ['a', 'b'], 'c')).toEqual(['a', 'b', 'c'])
  expect(chosen('merge', ['a', 'b'], 'a')).toEqual(['b'])
  expect(chosen('carve', [], 'a')).toEqual([])
})

test('what is missing is said before the server is asked', () => {
  expect(missing('split', [], [])).toBe('grids')
  expect(missing('split', ['a'], [[1, 2]])).toBe('line')
  expect(missing('merge', ['a'], [])).toBe('grids')
  expect(missing('merge', ['a', 'b'], [])).toBeNull()
  expect(missing('carve', [], [[1, 2], [2, 3]])).toBe('polygon')
  expect(missing('carve', [], [[1, 2], [2, 3], [3, 1]])).toBeNull()
})

test('typed places are read in either width and refused when they are none', () => {
  expect(placesIn('109.4, 24.3\n１０９.５，２４.４\n')).toEqual([[109.4, 24.3], [109.5, 24.4]])
  expect(placesIn('')).toEqual([])
  expect(placesIn('109.4')).toBeNull()
  expect(placesIn('109.4 24.3 7')).toBeNull()
  expect(placesIn('24.3, 109.4')).toBeNull()
  expect(placesIn(textOf([[109.4, 24.3]]))).toEqual([[109.4, 24.3]])
})

test('the time left for an undo ends at nothing', () => {
  const change = { undo_until: '2026-03-03T01:00:00Z' }

  expect(undoLeft(change, new Date('2026-03-02T01:30:00Z'))).toEqual({ hours: 23, minutes: 30 })
  expect(undoLeft(change, new Date('2026-03-03T01:00:00Z'))).toBeNull()
  expect(undoLeft({ undo_until: null }, new Date('2026-03-02T01:30:00Z'))).toBeNull()
})
