import { expect, test } from 'vitest'
import { drawable, missing, readGridFile, type GridFile } from './grid-file'
import { byCategory, CATEGORIES, openHazards, rate, within } from './register'

const ring = [[109, 24], [109.1, 24], [109.1, 24.1], [109, 24]]
const collection = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { name: '第1网格' }, geometry: { type: 'Polygon', coordinates: [ring] } }] }

test('the register counts every category, and the counts add up to the total', () => {
  const rows = [{ category: 'school' as const }, { category: 'school' as const }, { category: 'market' as const }]
  const { counts, total } = byCategory(rows)
  expect(Object.keys(counts)).toEqual(CATEGORIES)
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total)
  expect(counts.school).toBe(2)
})

test('premises are found by community and by words of name or address', () => {
  const rows = [
    { category: 'market' as const, grid_code: '450299001002001', name: '和平农贸市场', address: '和平路 8 号' },
    { category: 'assembly' as const, grid_code: '450299001003001', name: 'KTV', address: '中山路' },
  ]
  expect(within(rows, { place_code: '450299001002', words: '' }).map((row) => row.name)).toEqual(['和平农贸市场'])
  expect(within(rows, { place_code: '', words: ' ktv ' })).toHaveLength(1)
  expect(within(rows, { place_code: '', words: '和平路' })).toHaveLength(1)
})

test('only open hazards with a place are counted for it', () => {
  const found = openHazards([
    { place_id: 'a', stage: 'registered' },
    { place_id: 'a', stage: 'closed' },
    { place_id: 'a', stage: 'submitted' },
    { place_id: null, stage: 'registered' },
  ])
  expect(found.get('a')).toHaveLength(2)
  expect(found.size).toBe(1)
})

test('a rate never says 100 % unless all are done, and nothing of nothing is a dash', () => {
  expect(rate(9999, 10_000)).toBe('99.99%')
  expect(rate(99_999, 100_000)).toBe('99.99%')
  expect(rate(3, 3)).toBe('100.00%')
  expect(rate(0, 0)).toBe('—')
})

test('a file that is no collection of features is refused before it is sent', () => {
  expect(readGridFile('a', '{')).toBe('not_json')
  expect(readGridFile('a', '[]')).toBe('not_collection')
  expect(readGridFile('a', 'null')).toBe('not_collection')
  expect(readGridFile('a', '{"type":"FeatureCollection","features":[]}')).toBe('empty')
  expect(readGridFile('a', `"${'x'.repeat(2_000_000)}"`)).toBe('too_big')
  expect(readGridFile('a', `\uFEFF${JSON.stringify(collection)}`)).toMatchObject({ name: 'a', features: collection })
})

test('an unknown reference system is refused, as is none', () => {
  const file = readGridFile('a', JSON.stringify(collection)) as GridFile
  expect(missing(null, 'c', 'wgs84', '2026-11-23')).toBe('file_missing')
  expect(missing(file, 'c', '', '2026-11-23')).toBe('crs_missing')
  expect(missing(file, 'c', 'unknown', '2026-11-23')).toBe('crs_unknown')
  expect(missing(file, 'c', 'cgcs2000', '2026-11-23')).toBeNull()
})

test('what cannot be drawn is left out of the preview without breaking it', () => {
  const broken = [null, {}, { geometry: null }, { geometry: { type: 'Point', coordinates: [1, 2] } }, { geometry: { type: 'Polygon', coordinates: [[[1, 'x']]] } }]
  const file = readGridFile('a', JSON.stringify({ ...collection, features: [...collection.features, ...broken.slice(1)] })) as GridFile
  expect(drawable(file).features.map((feature) => feature.properties.name)).toEqual(['第1网格'])
})
