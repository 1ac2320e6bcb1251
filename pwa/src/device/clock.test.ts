// @vitest-environment happy-dom
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

test('a clock that is set while a form is open is noticed, and deadlines stay right', async () => {
  const clock = await import('./clock')
  const [wall, steady] = [Date.now(), performance.now()]
  clock.hearServerDate(header(wall), wall - 500, wall - 500)
  clock.lookAtClock(false, wall, steady)
  const server = wall + clock.skew_ms.value
  clock.lookAtClock(false, wall + 12 * 60_000 + 5000, steady + 5000)
  expect(clock.clock_moved_ms.value / 60_000).toBeCloseTo(12, 5)
  expect((wall + 12 * 60_000 + clock.skew_ms.value - server) / 1000).toBeCloseTo(0, 5)
  clock.lookAtClock(false, wall + 10_000, steady + 10_000)
  expect([clock.clock_moved_ms.value, clock.skew_ms.value]).toEqual([0, 0])
})

test('a year back is noticed as well, also after a pause; sleep is no change of the clock', async () => {
  const clock = await import('./clock')
  const [wall, steady] = [Date.now(), performance.now()]
  clock.lookAtClock(false, wall, steady)
  clock.lookAtClock(true, wall + 3_600_000, steady + 1000)
  expect(clock.clock_moved_ms.value).toBe(0)
  const year_ms = 365 * 24 * 3_600_000
  clock.lookAtClock(true, wall + 3_600_000 - year_ms, steady + 2000)
  expect(clock.clock_moved_ms.value / year_ms).toBeCloseTo(-1, 5)
})

test('a record says how the clock stood when it was made; nothing, while the server was never heard', async () => {
  const clock = await import('./clock')
  expect(clock.knownSkew()).toBeNull()
  clock.hearServerDate(header(noon + 720_000), noon, noon)
  expect((clock.knownSkew() ?? 0) / 60_000).toBeCloseTo(12, 1)
})

test('once the server is heard again, its word counts and the change is no longer told', async () => {
  const clock = await import('./clock')
  const [wall, steady] = [Date.now(), performance.now()]
  clock.lookAtClock(false, wall, steady)
  clock.lookAtClock(false, wall + 600_000, steady)
  expect(clock.clock_moved_ms.value).not.toBe(0)
  clock.hearServerDate(header(wall), wall + 600_000, wall + 600_000)
  expect(clock.clock_moved_ms.value).toBe(0)
  expect(clock.clockIsWrong.value).toBe(true)
})
