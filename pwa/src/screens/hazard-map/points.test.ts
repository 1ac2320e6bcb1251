import { expect, test } from 'vitest'
import type { GridRow, PremisesRow } from '@/core/types'
import type { Hazard } from '../hazards/look'
import { gridsOf, inView, placesInView, placesOf, pointsOf } from './points'

const now = new Date('2026-11-23T03:00:00Z')
const hazard = (id: string, more: Partial<Hazard>) =>
  ({
    id,
    stage: 'in_rectification',
    grade: 'general',
    due_on: '2026-12-20',
    what: ['松动'],
    description: '',
    place_name: '和平小区',
    lon: 109.4,
    lat: 24.3,
    photos: [],
    ...more,
  }) as Hazard

test('shape is severity, letter is stage, colour is the deadline', () => {
  const rows = [
    hazard('a', {}),
    hazard('b', { grade: 'suspected_major', stage: 'registered', due_on: null }),
    hazard('c', { grade: 'confirmed_major', due_on: '2026-11-22' }),
    hazard('d', { due_on: '2026-11-26' }),
  ]
  expect(pointsOf(rows, now, 'zh').map(({ shape, tone, letter }) => `${shape} ${tone} ${letter}`)).toEqual([
    'circle calm 改',
    'triangle calm 登',
    'diamond overdue 改',
    'circle soon 改',
  ])
})

test('an ended hazard is done, however late it was', () => {
  expect(pointsOf([hazard('a', { stage: 'closed', due_on: '2026-01-01' })], now, 'en')[0]).toMatchObject({ tone: 'done', letter: 'C' })
})

test('the list holds what is in view, and what has no position', () => {
  const rows = [hazard('in', {}), hazard('out', { lon: 110 }), hazard('nowhere', { lon: null, lat: null })]
  expect(inView(rows, { bounds: [109.3, 24.2, 109.5, 24.4], zoom: 14 }).map((row) => row.id)).toEqual(['in', 'nowhere'])
  expect(pointsOf(rows, now, 'zh').map((point) => point.id)).toEqual(['in', 'out'])
})

test('a retired grid is not drawn', () => {
  const grid = (code: string, retired_on: string | null) =>
    ({ code, name: code, retired_on, geometry: { type: 'Polygon', coordinates: [] } }) as unknown as GridRow
  expect(gridsOf([grid('1', null), grid('2', '2026-01-01')]).features.map((feature) => feature.properties.code)).toEqual(['1'])
})

test('premises are drawn and listed only near by, and only those in view', () => {
  const row = (id: string, name: string, lon: number) => ({ id, name, lon, lat: 24.3, category: 'assembly' }) as PremisesRow
  const places = placesOf([row('b', '万家超市', 109.41), row('a', '和平量贩KTV', 109.4), row('c', '别处', 110)], 'zh')
  const bounds: [number, number, number, number] = [109.3, 24.2, 109.5, 24.4]
  expect(placesInView(places, { bounds, zoom: 16 }).map((place) => place.id)).toEqual(['a', 'b'])
  expect(placesInView(places, { bounds, zoom: 14.9 })).toEqual([])
  expect(placesInView(places, null)).toEqual([])
  expect(places[1]).toMatchObject({ label: '和平量贩KTV · 超市以及ktv', letter: '超' })
})
