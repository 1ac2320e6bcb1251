/** Put longitudes and latitudes on a flat sheet, for drawing without a map library. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'

export type GridFeatures = FeatureCollection<Polygon | MultiPolygon, { code: string; name: string } & Record<string, unknown>>
/** West, south, east, north, in WGS 84 degrees. */
export type Bounds = readonly [west: number, south: number, east: number, north: number]

const earth_m = 6_371_008.8

function rings(feature: Feature<Polygon | MultiPolygon>): Position[][] {
  return feature.geometry.type === 'Polygon' ? feature.geometry.coordinates : feature.geometry.coordinates.flat()
}

/** Return the box around all grids, or null when there are none. */
export function boundsOf(features: readonly Feature<Polygon | MultiPolygon>[]): Bounds | null {
  const places = features.flatMap((feature) => rings(feature).flat())
  if (places.length === 0) return null
  const box: [number, number, number, number] = [180, 90, -180, -90]
  for (const [lon = 0, lat = 0] of places) {
    box[0] = Math.min(box[0], lon)
    box[1] = Math.min(box[1], lat)
    box[2] = Math.max(box[2], lon)
    box[3] = Math.max(box[3], lat)
  }
  return box
}

/** Web Mercator's y for a latitude, in the unit of longitude degrees. */
function northing(lat: number): number {
  return (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI
}

export type Project = (lon: number, lat: number) => readonly [x: number, y: number]

/** Return the function that puts a place on a sheet of `width` × `height`, shape kept, box centred, `margin` free on each side. */
export function projectInto(bounds: Bounds, width: number, height: number, margin: number): Project {
  const [west, south, east, north] = bounds
  const [top, bottom] = [northing(north), northing(south)]
  const scale = Math.min((width - 2 * margin) / Math.max(east - west, 1e-9), (height - 2 * margin) / Math.max(top - bottom, 1e-9))
  const left = (width - (east - west) * scale) / 2
  const above = (height - (top - bottom) * scale) / 2
  return (lon, lat) => [left + (lon - west) * scale, above + (top - northing(lat)) * scale]
}

/** Return an SVG path of the grid's rings; holes need `fill-rule: evenodd`. */
export function pathOf(feature: Feature<Polygon | MultiPolygon>, project: Project): string {
  const line = (ring: Position[]) =>
    ring
      .map(([lon = 0, lat = 0]) =>
        project(lon, lat)
          .map((value) => value.toFixed(1))
          .join(' '),
      )
      .join('L')
  return rings(feature)
    .map((ring) => `M${line(ring)}z`)
    .join('')
}

/** Return a place well inside the grid for its name: the middle of its largest ring's area. */
export function middleOf(feature: Feature<Polygon | MultiPolygon>): readonly [lon: number, lat: number] {
  const outer =
    feature.geometry.type === 'Polygon' ? [feature.geometry.coordinates[0]] : feature.geometry.coordinates.map((polygon) => polygon[0])
  const middles = outer.flatMap((ring) => (ring ? [centroid(ring)] : [])).sort((one, other) => other.area - one.area)
  return middles[0] ? [middles[0].lon, middles[0].lat] : [0, 0]
}

function centroid(ring: Position[]): { lon: number; lat: number; area: number } {
  const [originLon = 0, originLat = 0] = ring[0] ?? []
  const sum = { area: 0, lon: 0, lat: 0 }
  for (let index = 1; index < ring.length; index += 1) {
    // Relative to the first corner: absolute degrees would lose the digits that matter.
    const [ax, ay] = [(ring[index - 1]?.[0] ?? 0) - originLon, (ring[index - 1]?.[1] ?? 0) - originLat]
    const [bx, by] = [(ring[index]?.[0] ?? 0) - originLon, (ring[index]?.[1] ?? 0) - originLat]
    const cross = ax * by - bx * ay
    sum.area += cross / 2
    sum.lon += ((ax + bx) * cross) / 6
    sum.lat += ((ay + by) * cross) / 6
  }
  if (sum.area === 0) return { lon: originLon, lat: originLat, area: 0 }
  return { lon: originLon + sum.lon / sum.area, lat: originLat + sum.lat / sum.area, area: Math.abs(sum.area) }
}

type Named = { name: string; x: number; y: number }

/** Return those whose names, written in the middle of a sheet's shapes at `size`, cover none of the names before them. */
export function withoutOverlap<N extends Named>(named: readonly N[], size: number): N[] {
  const kept: (N & { half: number })[] = []
  for (const each of named) {
    // A Chinese character is as wide as high, a Latin letter about half of it.
    const half = ([...each.name].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1 : 0.56), 0) * size) / 2
    if (kept.every((other) => Math.abs(other.x - each.x) > other.half + half + 3 || Math.abs(other.y - each.y) > size * 1.15)) kept.push({ ...each, half })
  }
  return kept
}

/** Return a ring of 64 places at `radius_m` metres around a place: the circle that a position really is. */
export function circleAround(lon: number, lat: number, radius_m: number): Position[] {
  const dLat = (radius_m / earth_m) * (180 / Math.PI)
  const dLon = dLat / Math.cos((lat * Math.PI) / 180)
  return Array.from({ length: 65 }, (_, index) => {
    const angle = (index % 64) * (Math.PI / 32)
    return [lon + dLon * Math.cos(angle), lat + dLat * Math.sin(angle)]
  })
}
