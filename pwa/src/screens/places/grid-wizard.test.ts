// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { type Look, missing, remember, remembered, systems } from './grid-wizard'

function keeping(): Storage {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => void kept.set(key, text) } as Storage
}

test('columns are remembered for the same fields in whatever order, and for no others', () => {
  const storage = keeping()
  remember(['WGBM', 'WGMC'], { code: 'WGBM', name: 'WGMC' }, storage)

  expect(remembered(['WGMC', 'WGBM'], storage)).toEqual({ code: 'WGBM', name: 'WGMC' })
  expect(remembered(['WGMC'], storage)).toBeNull()
})

test('only the latest twenty sets of fields are kept', () => {
  const storage = keeping()
  for (let number = 0; number < 25; number += 1) remember([`F${number}`], { code: `F${number}` }, storage)

  expect(remembered(['F4'], storage)).toBeNull()
  expect(remembered(['F5'], storage)).toEqual({ code: 'F5' })
  expect(remembered(['F24'], storage)).toEqual({ code: 'F24' })
})

test('a memory that was spoilt is no memory', () => {
  const storage = keeping()
  storage.setItem('gridwalk.grid-columns', 'not JSON')

  expect(remembered(['F'], storage)).toBeNull()
})

test('a file is not surveyed before its reference system and columns are stated', () => {
  const look = { fields: [] } as unknown as Look

  expect(missing(null, 'wgs84', { code: 'a', name: 'b' }, '2026-03-02')).toBe('file')
  expect(missing(look, '', { code: 'a', name: 'b' }, '2026-03-02')).toBe('crs')
  expect(missing(look, 'unknown', { code: 'a', name: 'b' }, '2026-03-02')).toBe('crs')
  expect(missing(look, 'wgs84', { name: 'b' }, '2026-03-02')).toBe('code')
  expect(missing(look, 'wgs84', { code: 'a' }, '2026-03-02')).toBe('name')
  expect(missing(look, 'wgs84', { code: 'a', name: 'b' }, '')).toBe('effective')
  expect(missing(look, 'wgs84', { code: 'a', name: 'b' }, '2026-03-02')).toBeNull()
})

test('every zone can be stated with and without its number in front', () => {
  const all = systems()

  expect(all).toHaveLength(46)
  expect(all.find(({ value }) => value === 'EPSG:4545')).toEqual({ value: 'EPSG:4545', meridian: 108, zone: null })
  expect(all.find(({ value }) => value === 'EPSG:4524')).toEqual({ value: 'EPSG:4524', meridian: 108, zone: 36 })
})
