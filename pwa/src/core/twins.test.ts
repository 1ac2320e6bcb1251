import { expect, test } from 'vitest'
import { boxAround, type Sought, twinsOf } from './twins'
import type { HazardRow } from './types'

/** One metre north, in degrees. */
const METRE = 1 / 111_195
const here = { lon: 109.401, lat: 24.301 }
type Row = Parameters<typeof twinsOf<Pick<HazardRow, 'id' | 'stage' | 'place_kind' | 'place_id' | 'category' | 'item_id' | 'what' | 'lon' | 'lat' | 'accuracy_m'>>>[1][number]

const lane = (metres: number, changes: Partial<Row> = {}): Row => ({
  ...{ id: `at-${metres}`, stage: 'dispatched', place_kind: 'none', place_id: null, category: 'public_area', item_id: null, what: ['消防通道被占'] },
  ...{ lon: here.lon, lat: here.lat + metres * METRE, accuracy_m: 0, ...changes },
})
const seen = (changes: Partial<Sought> = {}): Sought => ({ id: 'new', place_kind: 'none', category: 'public_area', what: ['消防通道被占'], fix: { ...here, accuracy_m: 0 }, ...changes })
const home = (changes: Partial<Row> = {}): Row => lane(0, { id: 'home', place_kind: 'household', place_id: 'door', category: 'household', item_id: 'co.joint', what: ['接口松脱'], ...changes })
const atHome = (changes: Partial<Sought> = {}): Sought => seen({ place_kind: 'household', place_id: 'door', category: 'household', item_id: 'co.joint', what: [], fix: null, ...changes })
const ids = (sought: Sought, rows: Row[]) => twinsOf(sought, rows).map(({ hazard }) => hazard.id)

test('in public it is the same within the radius, the nearest first, and not beyond', () => {
  expect(twinsOf(seen(), [lane(29), lane(31), lane(4)]).map(({ hazard, metres }) => [hazard.id, metres])).toEqual([['at-4', 4], ['at-29', 29]])
})

test('what the positions do not know widens the radius, up to a cap', () => {
  const rough = seen({ fix: { ...here, accuracy_m: 28 } })
  expect(ids(rough, [lane(57), lane(59)])).toEqual(['at-57'])
  expect(ids(rough, [lane(67, { accuracy_m: 10 })])).toEqual(['at-67'])
  expect(ids(seen({ fix: { ...here, accuracy_m: 5000 } }), [lane(79), lane(81)])).toEqual(['at-79'])
})

test('without a position on either side nothing in public is near', () => {
  expect(ids(seen({ fix: null }), [lane(0)])).toEqual([])
  expect(ids(seen(), [lane(0, { lon: null, lat: null })])).toEqual([])
})

test('at a place the question decides, and no position is asked for', () => {
  expect(twinsOf(atHome(), [home()])).toEqual([{ hazard: home(), metres: null }])
  expect(ids(atHome({ item_id: 'co.other', what: ['接口松脱'] }), [home()])).toEqual([])
  expect(ids(atHome({ place_id: 'next door' }), [home()])).toEqual([])
  expect(ids(atHome({ place_id: undefined }), [home({ place_id: null })])).toEqual([])
})

test('where one of the two has no question, a word in common decides', () => {
  expect(ids(atHome({ item_id: null, what: ['接口松脱', '锈蚀'] }), [home()])).toEqual(['home'])
  expect(ids(atHome({ item_id: null, what: ['锈蚀'] }), [home()])).toEqual([])
  expect(ids(seen({ what: [] }), [lane(0, { what: [] })])).toEqual([])
})

test('what is closed, voided or this very record is no twin', () => {
  expect(ids(seen(), (['closed', 'closed_on_site', 'voided'] as const).map((stage) => lane(0, { stage })))).toEqual([])
  expect(ids(seen({ id: 'at-0' }), [lane(0)])).toEqual([])
})

test('premises and the street before them are compared by distance, with the wider of their radii; homes never are', () => {
  const shop = (metres: number, changes: Partial<Row> = {}) => lane(metres, { place_kind: 'premises', place_id: 'p', category: 'enterprise', ...changes })
  expect(ids(seen(), [shop(59), shop(61)])).toEqual(['at-59'])
  expect(ids(seen(), [shop(31, { category: 'market' })])).toEqual([])
  expect(ids(seen({ place_kind: 'premises', place_id: 'p', category: 'enterprise' }), [shop(500), lane(59), shop(1, { place_id: 'q' })])).toEqual(['at-500', 'at-59'])
  expect(ids(seen(), [home({ what: ['消防通道被占'] })])).toEqual([])
})

test('the box to ask about holds all that could be near, and little more', () => {
  const fix = { ...here, accuracy_m: 5000 }
  const [west, south, east, north] = boxAround(seen({ fix })) ?? [0, 0, 0, 0]
  const metresUp = (lat: number) => Math.abs(lat - here.lat) / METRE
  const metresAcross = (lon: number) => (Math.abs(lon - here.lon) / METRE) * Math.cos((here.lat * Math.PI) / 180)
  for (const metres of [metresUp(south), metresUp(north), metresAcross(west), metresAcross(east)]) {
    expect(metres).toBeGreaterThanOrEqual(110)
    expect(metres).toBeLessThan(110 + 12)
  }
  expect([west < here.lon, south < here.lat, east > here.lon, north > here.lat]).toEqual([true, true, true, true])
  expect(boxAround(seen({ fix: null }))).toBeNull()
})
