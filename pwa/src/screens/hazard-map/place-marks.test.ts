import { expect, test } from 'vitest'
import { places as placesTable } from '@/core/rulebook.json'
import { listedOf, PLACE_KINDS, placeLabel, placeLetter, premisesTiles } from './place-marks'

test.each(['zh', 'en'] as const)('each category of premises has a letter of its own in %s', (language) => {
  const letters = Object.keys(placesTable.categories).map((kind) => placeLetter(kind, language))
  expect(letters.every((letter) => [...letter].length === 1)).toBe(true)
  expect(new Set(letters).size).toBe(letters.length)
  expect([...PLACE_KINDS].sort()).toEqual(Object.keys(placesTable.categories).sort())
})

test('a category that came with a newer server is drawn without a letter and named without a category', () => {
  expect([placeLetter('harbour', 'zh'), placeLabel('北码头', 'harbour', 'zh')]).toEqual(['', '北码头'])
})

test('what is drawn from tiles is listed by name', () => {
  const seen = [
    { id: '2', name: '万家超市', kind: 'assembly' },
    { id: '1', name: '和平农贸市场', kind: 'market' },
  ]
  expect(listedOf(seen, 'en')).toEqual([
    { id: '1', letter: 'M', label: '和平农贸市场 · Large trade/specialised market' },
    { id: '2', letter: 'K', label: '万家超市 · Supermarket and KTV' },
  ])
})

test('a tile is drawn with the same marks as the rows on a phone', () => {
  const [, head, [, of, ...pairs]] = premisesTiles('zh', 'e').mark as [string, string, [string, unknown, ...string[]]]
  expect([head, of]).toEqual(['place|', ['get', 'category']])
  for (const kind of PLACE_KINDS) expect(pairs[pairs.indexOf(kind) + 1]).toBe(placeLetter(kind, 'zh'))
  expect(pairs.at(-1)).toBe('')
})
