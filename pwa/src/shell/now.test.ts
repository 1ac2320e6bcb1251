import { expect, test } from 'vitest'
import { preferences } from '@/device/preferences'
import { dayOf, daysLater, sayDay, sayInstant, timeOf } from './now'

test('a day begins at midnight in Shanghai, whatever the phone thinks', () => {
  expect(dayOf('2026-11-22T15:59:59Z')).toBe('2026-11-22')
  expect(dayOf('2026-11-22T16:00:00Z')).toBe('2026-11-23')
  expect(timeOf('2026-11-22T16:05:00Z')).toBe('00:05')
})

test('days are said in both languages, with the weekday unless short', () => {
  preferences.language = 'zh'
  expect(sayDay('2026-11-23')).toBe('11月23日 周一')
  preferences.language = 'en'
  expect(sayDay('2026-11-23')).toBe('Mon 23 Nov')
  expect(sayDay('2026-11-23', true)).toBe('23 Nov')
  preferences.language = 'zh'
})

test('an instant of another day is said with its day', () => {
  const now = new Date('2026-11-23T03:00:00Z')
  expect(sayInstant('2026-11-23T01:30:00Z', now)).toBe('09:30')
  expect(sayInstant('2026-11-22T01:30:00Z', now)).toBe('11月22日 09:30')
})

test('days are counted across months', () => {
  expect(daysLater('2026-11-30', 1)).toBe('2026-12-01')
})
