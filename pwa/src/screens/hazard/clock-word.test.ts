import { expect, test } from 'vitest'
import { clockWords } from './clock-word'

test('a clock that is right, or unknown, is not talked about', () => {
  expect(clockWords({})).toEqual([])
  expect(clockWords({ clock_off_s: 200, clock_moved_s: 20 })).toEqual([])
})

test('a clock minutes, days or years wrong, or set before sending, is told in minutes', () => {
  expect(clockWords({ clock_off_s: 720 })).toEqual([{ name: 'clock_slow', minutes: 12 }])
  expect(clockWords({ clock_off_s: -86_400, clock_moved_s: -3600 })).toEqual([
    { name: 'clock_fast', minutes: 1440 },
    { name: 'clock_set', minutes: 60 },
  ])
})
