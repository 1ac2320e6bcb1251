import type { Map as LibraryMap } from 'maplibre-gl'
import { expect, test, vi } from 'vitest'
import { coveredBy, offsetOf, stepAside } from './places-beside'

const at = (id: string, x: number, y: number) => ({ id, x, y })

test('a square is covered by a mark that lies on it, not by one beside it', () => {
  const places = [at('under', 100, 100), at('free', 200, 100), at('just-free', 100, 130), at('under', 100, 100)]
  expect(coveredBy([at('mark', 104, 97)], places)).toEqual(['under'])
  expect(coveredBy([], places)).toEqual([])
})

test('a square steps aside once, goes back when the mark has gone, and steps aside again in a new style', () => {
  const heard: Record<string, () => void> = {}
  const point = ({ id, x, y }: ReturnType<typeof at>) => ({ geometry: { type: 'Point', coordinates: [x, y] }, properties: { id } })
  let marks = [at('mark', 1, 2)]
  const setLayoutProperty = vi.fn()
  const map = {
    on: (name: string, action: () => void) => { heard[name] = action },
    getLayer: () => ({}),
    queryRenderedFeatures: (_: undefined, { layers }: { layers: string[] }) => (layers.includes('places') ? [at('shop', 0, 0)] : marks).map(point),
    project: ([x, y]: [number, number]) => ({ x, y }),
    setLayoutProperty,
  }
  stepAside(map as unknown as LibraryMap)
  heard.idle?.()
  heard.idle?.()
  expect(setLayoutProperty.mock.calls).toEqual([['places', 'icon-offset', offsetOf(['shop'])]])
  marks = []
  heard.idle?.()
  heard.idle?.()
  expect(setLayoutProperty).toHaveBeenCalledTimes(2)
  expect(setLayoutProperty).toHaveBeenLastCalledWith('places', 'icon-offset', offsetOf([]))
  marks = [at('mark', 1, 2)]
  heard.idle?.()
  heard['style.load']?.()
  heard.idle?.()
  expect(setLayoutProperty).toHaveBeenCalledTimes(4)
})
