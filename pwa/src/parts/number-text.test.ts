import { expect, test } from 'vitest'
import { numberFault, readNumber } from './number-text'

test.each([
  ['12', 12],
  [' 3.5 ', 3.5],
  ['１２．５', 12.5],
  ['3。2', 3.2],
  ['-4', -4],
  ['1,200', 1200],
  ['1，200，000', 1200000],
  ['', null],
  ['   ', null],
])('"%s" is read as %s', (text, value) => expect(readNumber(text)).toBe(value))

test.each(['1.2.3', 'abc', '1e9', '0x10', '--1', '.', '1,2', 'Infinity', '٣'])('"%s" is not a number', (text) => {
  expect(readNumber(text)).toBeNaN()
})

test('a number is judged by its limits, and nothing is not wrong', () => {
  expect(numberFault(null, 1, 5)).toBeNull()
  expect(numberFault(Number.NaN)).toBe('number_wrong')
  expect(numberFault(0, 1, 5)).toBe('number_range')
  expect(numberFault(0, 1)).toBe('number_min')
  expect(numberFault(9, undefined, 5)).toBe('number_max')
  expect(numberFault(5, 1, 5)).toBeNull()
})
