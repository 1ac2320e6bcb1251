/** Convert WGS 84 to the shifted datums of map apps, and tell in which of them a phone speaks: the same as geo/crs.py and geo/shifted.py. */
import { degrees, type Point, radians, toGcj02 } from './gcj02'

/** What the numbers of a phone are in that says WGS 84. */
export type Speaks = 'wgs84' | 'gcj02' | 'bd09' | 'corrected_twice'

const BD_TURN = (Math.PI * 3000) / 180
const ROUNDS = 12
const EARTH_M = 6_371_008.8

/** Return where BD-09 maps draw a WGS 84 position; the same numbers outside China. */
export function toBd09(point: Point): Point {
  const { lon, lat } = toGcj02(point)
  if (lon === point.lon && lat === point.lat) return { lon, lat }
  const radius = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * BD_TURN)
  const angle = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * BD_TURN)
  return { lon: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 }
}

/** Return the WGS 84 position of a GCJ-02 point, by stepping against what is left of the shift. */
export function fromGcj02({ lon, lat }: Point): Point {
  const found = { lon, lat }
  for (let round = 0; round < ROUNDS; round += 1) {
    const met = toGcj02(found)
    found.lon += lon - met.lon
    found.lat += lat - met.lat
  }
  return found
}

/** Where a phone that stands at a place says that it stands. */
const WHERE: Record<Speaks, (at: Point) => Point> = { wgs84: (at) => at, gcj02: toGcj02, bd09: toBd09, corrected_twice: fromGcj02 }

/** A fix fits a datum when it lies so near to where the datum puts its place. */
export const NEAR_M = 120
/** A wider circle says nothing about a few hundred metres. */
export const COARSE_M = 100
const CLEAR = 2

export type Distance = { speaks: Speaks; metres: number }

/** Return, the nearest first, how far a fix lies from where each datum puts the place at which it was taken. */
export function distances(known: Point, met: Point): Distance[] {
  const each = Object.entries(WHERE).map(
    ([speaks, where]): Distance => ({ speaks: speaks as Speaks, metres: metresBetween(known, met, where(known)) }),
  )
  return each.sort((one, other) => one.metres - other.metres)
}

/** Return what a phone speaks that stands at a known place, by this one fix; null when nothing fits clearly. */
export function speaksAt(known: Point, met: Point): Speaks | null {
  const [best, next] = distances(known, met) as [Distance, Distance]
  return best.metres <= NEAR_M && next.metres >= CLEAR * best.metres && next.metres > 1 ? best.speaks : null
}

/** Return the metres between two points on a plane at a third. */
function metresBetween(plane: Point, one: Point, other: Point): number {
  const metre = radians(1) * EARTH_M
  return Math.hypot((one.lon - other.lon) * metre * Math.cos(radians(plane.lat)), (one.lat - other.lat) * metre)
}

const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const
export type Wind = (typeof WINDS)[number]

/** Return the nearest of the eight directions in which a point lies from another. */
export function windFrom(known: Point, met: Point): Wind {
  const eighth = degrees(Math.atan2((met.lon - known.lon) * Math.cos(radians(known.lat)), met.lat - known.lat)) / 45
  return WINDS[(Math.round(eighth) + 8) % 8] as Wind
}
