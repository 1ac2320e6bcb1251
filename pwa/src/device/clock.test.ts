import { beforeEach, expect, test, vi } from 'vitest'

const noon = Date.UTC(2026, 10, 23, 4, 0, 0)
const header = (ms: number) => new Date(ms).toUTCString()

beforeEach(() => {
  vi.resetModules()
  localStorage.clear()
})

test('a phone twelve minutes slow knows it, and deadlines run on the server', async () => {
  const clock = await import('./clock')
  clock.hearServerDate(header(noon + 12 * 60_000), noon, noon + 200)
  expect(clock.skew_ms.value / 60_000).toBeCloseTo(12, 1)
  expect(clock.clockIsWrong.value).toBe(true)
  expect(clock.serverNow().getTime() - clock.deviceNow().getTime()).toBeCloseTo(clock.skew_ms.value, -2)
})

test('the header is whole seconds, so a second is no error', async () => {
  const clock = await import('./clock')
  clock.hearServerDate(header(noon), noon + 900, noon + 1000)
  expect(clock.skew_ms.value).toBe(0)
})

test('what says nothing is ignored: no header, nonsense, a slow answer, a clock turned back meanwhile', async () => {
  const clock = await import('./clock')
  clock.hearServerDate(null, noon, noon)
  clock.hearServerDate('yesterday', noon, noon)
  clock.hearServerDate(header(noon + 3_600_000), noon, noon + 30_000)
  clock.hearServerDate(header(noon + 3_600_000), noon, noon - 1)
  expect(clock.skew_ms.value).toBe(0)
})

test('the skew outlives the page', async () => {
  const first = await import('./clock')
  first.hearServerDate(header(noon + 600_000), noon, noon)
  vi.resetModules()
  const second = await import('./clock')
  expect(second.skew_ms.value).toBe(first.skew_ms.value)
})
