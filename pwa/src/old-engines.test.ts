import { expect, test } from 'vitest'

/** Nothing here is rewritten by the build, so its first use would stop the whole app on a Chromium 93 or iOS 15.4. */
const too_new: Record<string, RegExp> = {
  'lookbehind in a pattern (Safari 16.4)': /\(\?<[=!]/,
  ':has() (Chromium 105)': /:has\(/,
  '@container (Chromium 105)': /@container\b/,
  'structuredClone (Chromium 98)': /\bstructuredClone\(/,
  'findLast (Chromium 97)': /\.findLast(Index)?\(/,
  'toSorted and its kin (Chromium 110)': /\.to(Sorted|Reversed|Spliced)\(/,
  'groupBy (Chromium 117)': /\b(Object|Map)\.groupBy\(/,
  'AbortSignal.timeout and any (Chromium 103)': /AbortSignal\.(timeout|any)\(/,
  'Promise.withResolvers (Chromium 119)': /Promise\.withResolvers\(/,
  'Array.fromAsync (Chromium 121)': /Array\.fromAsync\(/,
  'native nesting (Chromium 120)': /^\s+&[.:[]/m,
}

const sources = import.meta.glob<string>(['./**/*.{ts,vue,css}', '!./**/*.test.ts'], { query: '?raw', import: 'default', eager: true })

test.each(Object.entries(too_new))('no source uses %s', (_name, pattern) => {
  const users = Object.entries(sources).filter(([, source]) => pattern.test(source))
  expect(users.map(([file]) => file)).toEqual([])
})

test('there are sources to look at', () => expect(Object.keys(sources).length).toBeGreaterThan(20))
