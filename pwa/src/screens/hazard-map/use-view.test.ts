// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { EVERYTHING_OPEN } from '../hazards/choose'
import { useView } from './use-view'

const edition = ref('')
vi.mock('@/shell/left-out', () => ({ useWide: () => ref(true) }))
vi.mock('@/shell/edition', () => ({ useEdition: () => edition }))
const asked = vi.fn((_url: string) => Promise.resolve(Response.json({ bounds: null, grids: 1, total: 7, overdue: 0, hazards: [] }, { headers: { Gridwalk: '1' } })))

beforeEach(() => {
  vi.stubGlobal('fetch', asked)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('news that never pause are asked about all the same, and a flurry of them once', async () => {
  const scope = effectScope()
  const map = scope.run(() => useView(ref(null), ref({ ...EVERYTHING_OPEN }))) as ReturnType<typeof useView>
  await vi.waitFor(() => expect(map.answer.value?.total).toBe(7))
  expect(asked).toHaveBeenCalledTimes(1)

  const news = async (count: number) => {
    for (let at = 0; at < count; at++) {
      edition.value += '.'
      await vi.advanceTimersByTimeAsync(100)
    }
  }
  await news(3)
  expect(asked).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toHaveBeenCalledTimes(2)

  await news(33)
  expect(asked).toHaveBeenCalledTimes(5)
  await vi.advanceTimersByTimeAsync(250)
  expect(asked).toHaveBeenCalledTimes(6)
  scope.stop()
})
