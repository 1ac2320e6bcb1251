import { afterEach, expect, test, vi } from 'vitest'
import { updateWaiting } from './app-update'
import { keepMap } from './map-files'

const postMessage = vi.fn()
function withWorker(controller: unknown): void {
  vi.stubGlobal('navigator', { serviceWorker: { controller } })
}
afterEach(() => {
  vi.unstubAllGlobals()
  postMessage.mockClear()
  updateWaiting.value = false
})

test('the worker is asked to keep the map', () => {
  withWorker({ postMessage })
  expect(keepMap()).toBe(true)
  expect(postMessage).toHaveBeenCalledWith({ type: 'keep-map' })
})

test.each([{ saveData: true }, { effectiveType: '2g' }, { effectiveType: 'slow-2g' }])('not over a line like %o', (line) => {
  withWorker({ postMessage })
  expect(keepMap(line)).toBe(false)
  expect(postMessage).not.toHaveBeenCalled()
})

test('without a worker nothing is asked', () => {
  withWorker(null)
  expect(keepMap({ effectiveType: '4g' })).toBe(false)
})

test('an app that a newer one is about to follow fetches no map any more', () => {
  withWorker({ postMessage })
  updateWaiting.value = true
  expect(keepMap({ effectiveType: '4g' })).toBe(false)
  expect(postMessage).not.toHaveBeenCalled()
})
