import { afterEach, beforeEach, expect, test, vi } from 'vitest'

type Found = (position: GeolocationPosition) => void
type Failed = (error: GeolocationPositionError) => void
const getCurrentPosition = vi.fn<(found: Found, failed: Failed, options?: PositionOptions) => void>()

const reading = (accuracy: number) =>
  ({ coords: { longitude: 109.403121234567, latitude: 24.32187, accuracy }, timestamp: Date.now() }) as GeolocationPosition

beforeEach(() => {
  vi.resetModules()
  vi.useFakeTimers()
  Object.defineProperty(navigator, 'geolocation', { value: { getCurrentPosition }, configurable: true })
  getCurrentPosition.mockReset()
})
afterEach(() => vi.useRealTimers())

test('a fix carries its datum, its accuracy rounded up, and its time', async () => {
  const { currentFix, position } = await import('./position')
  getCurrentPosition.mockImplementation((found) => found(reading(27.3)))
  expect(await currentFix()).toEqual({
    lon: 109.4031212,
    lat: 24.32187,
    accuracy_m: 28,
    crs: 'wgs84',
    source: 'gps',
    taken_at: new Date().toISOString(),
  })
  expect(position.state).toBe('found')
})

test('a coarse fix is taken as one from the network', async () => {
  const { currentFix } = await import('./position')
  getCurrentPosition.mockImplementation((found) => found(reading(1200)))
  expect((await currentFix())?.source).toBe('network')
})

test('two questions at once ask the phone once, and a fix serves for a minute', async () => {
  const { currentFix, fixAtHand } = await import('./position')
  getCurrentPosition.mockImplementation((found) => found(reading(10)))
  await Promise.all([currentFix(), currentFix()])
  await currentFix()
  expect(getCurrentPosition).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(61_000)
  expect(fixAtHand()).toBeNull()
  await currentFix()
  expect(getCurrentPosition).toHaveBeenCalledTimes(2)
})

test('a refusal is told apart from a basement, and neither rejects', async () => {
  const { currentFix, position } = await import('./position')
  getCurrentPosition.mockImplementation((_found, failed) => failed({ code: 1, PERMISSION_DENIED: 1 } as GeolocationPositionError))
  expect(await currentFix()).toBeNull()
  expect(position.state).toBe('refused')
  getCurrentPosition.mockImplementation((_found, failed) => failed({ code: 3, PERMISSION_DENIED: 1 } as GeolocationPositionError))
  expect(await currentFix()).toBeNull()
  expect(position.state).toBe('not_found')
})

test('a phone that never answers costs 16 s at most', async () => {
  const { currentFix } = await import('./position')
  const answer = currentFix()
  vi.advanceTimersByTime(16_000)
  expect(await answer).toBeNull()
})
