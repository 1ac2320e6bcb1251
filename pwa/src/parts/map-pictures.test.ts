import { expect, test } from 'vitest'
import { inShort } from './map-pictures'

test.each([
  [0, '0', '0'],
  [9_999, '9999', '9999'],
  [12_386, '1.2万', '12k'],
  [99_999, '9.9万', '99k'],
  [601_008, '60万', '601k'],
])('%i is written in short, and never as more', (count, zh, en) => {
  expect(inShort(count, 'zh-CN')).toBe(zh)
  expect(inShort(count, 'en')).toBe(en)
})
