import { expect, test } from 'vitest'
import { preferences } from '../device/preferences'
import { dictionary, fill, speak } from './dictionary'

const files = import.meta.glob<{ default?: { zh: Record<string, string>; en: Record<string, string> } }>(
  ['./*.ts', '!./*.test.ts', '!./dictionary.ts'],
  {
    eager: true,
  },
)
const blanks = (sentence: string) => new Set([...sentence.matchAll(/\{(\w+)/g)].map((match) => match[1]))

test('a sentence is said in the chosen language, and follows a change of it', () => {
  const t = speak(dictionary({ zh: { left: '还有 {count} 户' }, en: { left: '{count} {count:home|homes} left' } }))
  preferences.language = 'zh'
  expect(t('left', { count: 7 })).toBe('还有 7 户')
  preferences.language = 'en'
  expect(t('left', { count: 7 })).toBe('7 homes left')
  expect(t('left', { count: 1 })).toBe('1 home left')
  preferences.language = 'zh'
})

test('a blank without a filling stays visible instead of becoming "undefined"', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}')
})

test('what is filled in is not read as a blank again', () => {
  expect(fill('{a} {b}', { a: '{b}', b: 'x' })).toBe('{b} x')
})

for (const [file, words] of Object.entries(files)) {
  test(`${file} names the same blanks in both languages, and shouts in neither`, () => {
    const { zh, en } = words.default ?? { zh: {}, en: {} }
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const [key, sentence] of Object.entries(zh)) {
      expect(blanks(en[key] ?? ''), key).toEqual(blanks(sentence))
      expect(sentence + en[key], key).not.toMatch(/[!！]/)
      expect(sentence.trim(), key).not.toBe('')
    }
  })
}
