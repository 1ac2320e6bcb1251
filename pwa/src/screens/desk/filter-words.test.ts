import { expect, test } from 'vitest'
import { NO_FILTER } from './filter'
import { filterWords } from './filter-words'

test('without a filter everything open is meant, and that is said', () => {
  expect(filterWords(NO_FILTER, '')).toEqual([{ own: 'any_stage' }])
})

test('every filter that holds is said', () => {
  const filter = {
    ...NO_FILTER,
    stages: 'dispatched' as const,
    overdue: true,
    to_do: true,
    category: 'assembly' as const,
    place_code: '450299001002',
    words: ' 通道 ',
  }
  expect(filterWords(filter, '和平')).toEqual([
    { label: expect.objectContaining({ zh: '已下达' }) },
    { own: 'only_overdue' },
    { own: 'only_mine' },
    { label: expect.objectContaining({ en: expect.any(String) }) },
    { text: '和平' },
    { text: '“通道”' },
  ])
})

test('a place whose name is not known is called by its code', () => {
  expect(filterWords({ ...NO_FILTER, place_code: '450299001002001', stages: 'ended' }, '')).toEqual([
    { own: 'ended' },
    { text: '450299001002001' },
  ])
})
