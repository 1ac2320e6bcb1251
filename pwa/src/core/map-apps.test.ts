import { expect, test } from 'vitest'
import { linksTo, type MapApp } from './map-apps'

const SPOT = { lon: 109.4012345678, lat: 24.3 }
/** How each link says that its numbers are WGS 84, in the words of its app's makers; the sources stand in docs/decisions/0024. */
const SAYS_WGS84: Record<Exclude<MapApp, 'geo'>, [name: string, value: string]> = {
  amap: ['coordinate', 'wgs84'],
  baidu: ['coord_type', 'wgs84'],
  tencent: ['coord_type', '1'],
}

test('every link says in which datum its numbers are', () => {
  for (const { app, url } of linksTo(SPOT, '目的地', false)) {
    const [name, value] = SAYS_WGS84[app as keyof typeof SAYS_WGS84]
    expect(new URL(url).searchParams.get(name), app).toBe(value)
  }
})

test('longitude and latitude stand in the order that each app wants', () => {
  const at = Object.fromEntries(linksTo(SPOT, '目的地', true).map(({ app, url }) => [app, url]))
  expect(new URL(at.amap as string).searchParams.get('position')).toBe('109.401235,24.300000')
  expect(new URL(at.baidu as string).searchParams.get('location')).toBe('24.300000,109.401235')
  expect(new URL(at.tencent as string).searchParams.get('marker')).toBe('coord:24.300000,109.401235;title:目的地;addr:目的地')
  expect(at.geo).toBe('geo:24.300000,109.401235')
})

test('a label cannot add a parameter of its own', () => {
  const [amap] = linksTo(SPOT, 'a&coordinate=gaode;b', false)
  const { searchParams } = new URL(amap?.url as string)
  expect(searchParams.getAll('coordinate')).toEqual(['wgs84'])
  expect(searchParams.get('name')).toBe('a&coordinate=gaode;b')
})

test('geo: is offered only where a phone opens it', () => {
  expect(linksTo(SPOT, 'x', false).map(({ app }) => app)).toEqual(['amap', 'baidu', 'tencent'])
})
