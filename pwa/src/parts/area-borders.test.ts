import { expect, test } from 'vitest'
import { bordersOf } from './area-borders'
import type { GridFeatures } from './projection'

/** Three unit squares side by side; the first two belong to one area. */
const grids = {
  type: 'FeatureCollection',
  features: ['A1', 'A2', 'B1'].map((code, x) => ({
    type: 'Feature',
    properties: { code, name: code },
    geometry: { type: 'Polygon', coordinates: [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]] },
  })),
} as GridFeatures

test('a street inside an area is no border, one between areas and the outer edge are', () => {
  const { features } = bordersOf(grids, { A: '甲社区', B: '乙社区' })
  const lines = features.filter(({ geometry }) => geometry.type === 'LineString').map(({ geometry }) => JSON.stringify(geometry.coordinates))

  expect(lines).not.toContain('[[1,0],[1,1]]')
  expect(lines).toContain('[[2,0],[2,1]]')
  expect(lines).toHaveLength(9)
})

test('each area is named in its middle', () => {
  const labels = bordersOf(grids, { A: '甲社区', B: '乙社区' }).features.filter(({ geometry }) => geometry.type === 'Point')

  expect(labels.map(({ properties, geometry }) => [(properties as { name: string }).name, geometry.coordinates])).toEqual([
    ['甲社区', [1, 0.5]],
    ['乙社区', [2.5, 0.5]],
  ])
})

test('one area alone needs no borders', () => {
  expect(bordersOf(grids, { A: '甲社区' }).features).toEqual([])
})
