import { expect, test } from 'vitest'
import { byCategory, CATEGORIES, openHazards, rate, within } from './register'


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
