import { expect, test } from 'vitest'
import { readPreferences } from './preferences'

test('a new phone starts in Chinese with standard text, also in an unknown language', () => {
  expect(readPreferences(null, 'fr-FR')).toEqual({ language: 'zh', text: 'standard', theme: 'auto', auto_advance: true })
})

test('an English phone starts in English', () => {
  expect(readPreferences(null, 'en-GB').language).toBe('en')
})

test('a stored choice wins over the phone, and an unknown value falls back to the default', () => {
  const stored = JSON.stringify({ language: 'zh', text: 'elder', theme: 'purple', auto_advance: false, extra: 1 })
  expect(readPreferences(stored, 'en')).toEqual({ language: 'zh', text: 'elder', theme: 'auto', auto_advance: false })
})

test.each(['{', 'null', '[]', '7', '"x"'])('broken storage (%s) is no reason to fail', (stored) => {
  expect(readPreferences(stored, 'zh-CN').text).toBe('standard')
})
