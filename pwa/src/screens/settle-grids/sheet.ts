/** Lay a position's circle and the grids near it on a small sheet, each name where its grid is seen. */
import { gridsTouched } from '@/core/ground'
import type { Fix, GridRow } from '@/core/types'
import { type Bounds, boundsOf, circleAround, type Project, projectInto } from '@/parts/projection'

export type Circle = Pick<Fix, 'lon' | 'lat' | 'accuracy_m'>
type Ground = Pick<GridRow, 'code' | 'geometry'>
const LEAST_M = 40
/** Beyond it nothing is looked for: a phone without a position in this part of the world. */
const MOST_M = 1_000_000
const [NAME_WIDE, NAME_HIGH] = [110, 26]
const SAMPLES = 12
const METRES_PER_DEGREE = 111_320

const polygon = (ring: number[][]) => ({ type: 'Feature' as const, properties: {}, geometry: { type: 'Polygon' as const, coordinates: [ring] } })

/** Return what the sheet shows: some three times the circle; when no grid is that near, as far as the nearest and a little of it. */
export function boundsAround(circle: Circle, grids: readonly Ground[]): Bounds {
  const least_m = 2.5 * Math.max(circle.accuracy_m, LEAST_M)
  let seen_m = least_m
  while (seen_m < MOST_M && gridsTouched({ ...circle, accuracy_m: seen_m }, grids).length === 0) seen_m *= 1.5
  if (seen_m > least_m) seen_m *= 1.5
  return boundsOf([polygon(circleAround(circle.lon, circle.lat, seen_m))]) as Bounds
}

export function projectAround(circle: Circle, grids: readonly Ground[], width: number, height: number): Project {
  return projectInto(boundsAround(circle, grids), width, height, 12)
}

/** Return where on the sheet a grid's name stands: a spot in the part of it that is seen beside the circle, or null when none is. */
export function nameSpot(grid: Ground, circle: Circle, grids: readonly Ground[]): [lon: number, lat: number] | null {
  const [west, south, east, north] = boundsAround(circle, grids)
  const inside: [number, number][] = []
  const wide = Math.cos((circle.lat * Math.PI) / 180)
  const isCovered = (lon: number, lat: number) => Math.hypot((lon - circle.lon) * wide, lat - circle.lat) * METRES_PER_DEGREE < circle.accuracy_m * 1.4
  for (let column = 1; column < SAMPLES; column += 1) {
    for (let row = 1; row < SAMPLES; row += 1) {
      const [lon, lat] = [west + ((east - west) * column) / SAMPLES, south + ((north - south) * row) / SAMPLES]
      if (!isCovered(lon, lat) && gridsTouched({ lon, lat, accuracy_m: 0 }, [grid]).length) inside.push([lon, lat])
    }
  }
  const middle = [0, 1].map((axis) => inside.reduce((sum, spot) => sum + (spot[axis] ?? 0), 0) / inside.length)
  const away = ([lon, lat]: [number, number]) => Math.hypot(lon - (middle[0] ?? 0), lat - (middle[1] ?? 0))
  return inside.sort((one, other) => away(one) - away(other))[0] ?? null
}

/** Return the names that can be read: of two that would stand over each other, the one nearer to the middle. */
export function readable<N extends { at: readonly [number, number] }>(names: readonly N[], [x, y]: readonly [number, number]): N[] {
  const away = ({ at }: N) => Math.hypot(at[0] - x, at[1] - y)
  const shown: N[] = []
  for (const name of [...names].sort((one, other) => away(one) - away(other))) {
    if (shown.every(({ at }) => Math.abs(at[0] - name.at[0]) >= NAME_WIDE || Math.abs(at[1] - name.at[1]) >= NAME_HIGH)) shown.push(name)
  }
  return shown
}
