import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { distances, fromGcj02, type Speaks, speaksAt, toBd09, windFrom } from './datums'
import { toGcj02 } from './gcj02'

type Pair = [lon: number, lat: number]
type Vectors = { where: (Record<Speaks, Pair> & { at: Pair })[]; fits: { known: Pair; met: Pair; fits: Speaks | null }[] }
const vectors = JSON.parse(readFileSync('../tests/vectors/datums.json', 'utf8')) as Vectors
const point = ([lon, lat]: Pair) => ({ lon, lat })
const LIUZHOU = { lon: 109.4, lat: 24.32 }

test.each(vectors.where)('places lie in the same spots as on the server: $at', ({ at, ...where }) => {
  const found = { wgs84: point(at), gcj02: toGcj02(point(at)), bd09: toBd09(point(at)), corrected_twice: fromGcj02(point(at)) }
  for (const [speaks, { lon, lat }] of Object.entries(found)) {
    expect(lon).toBeCloseTo(where[speaks as Speaks][0], 7)
    expect(lat).toBeCloseTo(where[speaks as Speaks][1], 7)
  }
})

test.each(vectors.fits)('one fix fits what it fits on the server: $known $met', ({ known, met, fits }) => {
  expect(speaksAt(point(known), point(met))).toBe(fits)
})

test('the distances say how far off each datum is, the nearest first', () => {
  const [best, next] = distances(LIUZHOU, toGcj02(LIUZHOU))
  expect(best).toEqual({ speaks: 'gcj02', metres: 0 })
  expect(next?.speaks).toBe('wgs84')
  expect(next?.metres).toBeGreaterThan(550)
  expect(next?.metres).toBeLessThan(558)
})

test('a shifted fix lies to the south-east in Liuzhou, and what was corrected twice to the north-west', () => {
  expect(windFrom(LIUZHOU, toGcj02(LIUZHOU))).toBe('se')
  expect(windFrom(LIUZHOU, fromGcj02(LIUZHOU))).toBe('nw')
  expect(windFrom(LIUZHOU, { lon: 109.4, lat: 25 })).toBe('n')
})
