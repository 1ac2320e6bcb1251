import { expect, test } from 'vitest'
import { toGcj02 } from '@/core/gcj02'
import type { BuildingRow, PremisesRow } from '@/core/types'
import { checked, type KnownPlace, knownPlaces, searchPlaces } from './check'

const place: KnownPlace = { id: 'b', kind: 'building', name: '和平花园 3栋', lon: 109.4, lat: 24.32 }
const near = { lon: 109.4001, lat: 24.3201, accuracy_m: 20 }

test('a fix beside the place is right', () => {
  expect(checked(place, near)).toMatchObject({ fits: 'wgs84', is_coarse: false, metres: 15 })
})

test('a fix of a phone that speaks GCJ-02 is told as such, with how far and which way', () => {
  expect(checked(place, { ...toGcj02(place), accuracy_m: 30 })).toMatchObject({ fits: 'gcj02', metres: 554, wind: 'se' })
})

test('a wide circle tells nothing, even where its middle fits', () => {
  expect(checked(place, { ...near, accuracy_m: 800 })).toMatchObject({ fits: null, is_coarse: true })
})

test('a fix that fits no datum tells nothing', () => {
  expect(checked(place, { lon: 109.41, lat: 24.33, accuracy_m: 10 }).fits).toBeNull()
})

test('places are found by every word of what is typed, and none while nothing is', () => {
  const building = { id: 'b', name: '和平花园 3栋', lon: 1, lat: 2 } as BuildingRow
  const premises = { id: 'p', name: '和平加油站', lon: 1, lat: 2 } as PremisesRow
  const places = knownPlaces([building], [premises])
  expect(
    searchPlaces(places, '和平')
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['b', 'p'])
  expect(searchPlaces(places, '和平 3栋').map(({ id }) => id)).toEqual(['b'])
  expect(searchPlaces(places, ' ')).toEqual([])
})
