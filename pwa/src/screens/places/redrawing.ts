/** Draw grids anew: what is asked of the server, and how a click comes to lie on the corner or edge beside it. */
import type { Feature, MultiPolygon, Polygon, Position } from 'geojson'
import type { Day, Id, Instant, MutationArgs } from '@/core/types'
import { askJson } from '@/device/server'
import type { Bounds, Project } from '@/parts/projection'
import { server } from '@/sync/here'

export const KINDS = ['split', 'merge', 'redraw', 'carve'] as const
export type Kind = (typeof KINDS)[number]
export type Place = readonly [lon: number, lat: number]
export type Grid = Feature<Polygon | MultiPolygon, { code: string; name: string; community_code: string; kind: string }>
export type NewGrid = MutationArgs['change_grids']['grids'][number]
export type Piece = Feature<Polygon | MultiPolygon, NewGrid & { of: string[]; is_carved: boolean; area_m2: number }>
export type Move = [kind: 'hazard' | 'building' | 'premises', id: Id, from_code: string, to_code: string, label: string]
export type Plan = {
  edition: number
  pieces: { features: Piece[] }
  ended: string[]
  noded: string[]
  earliest_on: Day
  moves: Record<Move[0], number>
  doors: number
  postings: number
  listed: Move[]
}
export type Change = {
  id: Id
  community_code: string
  kind: Kind
  effective_on: Day
  changed_at: Instant
  changed_by_name: string
  ended: string[]
  made: string[]
  undone_at: Instant | null
  undo_until: Instant | null
}
export type Edit = MutationArgs['change_grids']['edit']

/** Return what an edit would make and move; nothing is changed. */
export async function plan(community_code: string, edit: Edit): Promise<Plan> {
  return await askJson(server, { method: 'POST', path: '/api/grids/changes/plan', json: { community_code, edit } })
}

/** How many grids a change takes: of a carved polygon the server finds them. */
export function enough(kind: Kind, codes: readonly string[]): boolean {
  return { split: codes.length === 1, merge: codes.length > 1, redraw: codes.length === 2, carve: true }[kind]
}

/** Return the first thing that is missing before the server can be asked; null when nothing is. */
export function missing(kind: Kind, codes: readonly string[], line: readonly Place[]): 'grids' | 'line' | 'polygon' | null {
  if (!enough(kind, codes)) return 'grids'
  if (kind === 'carve') return line.length < 3 ? 'polygon' : null
  return kind !== 'merge' && line.length < 2 ? 'line' : null
}

/** Return the codes after a grid was pressed: one at a time for a split, two at most for a border, and off again. */
export function chosen(kind: Kind, codes: readonly string[], code: string): string[] {
  if (codes.includes(code)) return codes.filter((each) => each !== code)
  const most = { split: 1, merge: 50, redraw: 2, carve: 0 }[kind]
  return most === 0 ? [] : [...codes, code].slice(-most)
}

export function rings(feature: Pick<Grid, 'geometry'>): Position[][] {
  return feature.geometry.type === 'Polygon' ? feature.geometry.coordinates : feature.geometry.coordinates.flat()
}

/** Return every corner once, in the order of the rings. */
export function corners(features: readonly Pick<Grid, 'geometry'>[]): Place[] {
  const all = features.flatMap((feature) => rings(feature).flat()).map(([lon = 0, lat = 0]) => [lon, lat] as const)
  return [...new Map(all.map((place) => [place.join(), place])).values()]
}

const CORNER_PX = 14
const EDGE_PX = 10

export type Snapped = { place: Place; on: 'corner' | 'edge' | 'nothing' }

/** Return the place that is meant at a point of the sheet: a corner near by, else the nearest of an edge near by, else the point. */
export function snap(x: number, y: number, features: readonly Pick<Grid, 'geometry'>[], project: Project, unproject: Unproject): Snapped {
  const awayFrom = (place: Place) => {
    const [px, py] = project(...place)
    return Math.hypot(px - x, py - y)
  }
  const nearest = (places: Place[], within: number) =>
    places.map((place) => ({ place, away: awayFrom(place) })).filter(({ away }) => away <= within).sort((one, other) => one.away - other.away)[0]?.place
  const corner = nearest(corners(features), CORNER_PX)
  if (corner) return { place: corner, on: 'corner' }
  const edge = nearest(edges(features).map(([from, to]) => foot(x, y, from, to, project)), EDGE_PX)
  return edge ? { place: rounded(edge), on: 'edge' } : { place: rounded(unproject(x, y)), on: 'nothing' }
}

function edges(features: readonly Pick<Grid, 'geometry'>[]): [from: Place, to: Place][] {
  const placed = ([lon = 0, lat = 0]: Position): Place => [lon, lat]
  return features.flatMap(rings).flatMap((ring) => ring.slice(1).map((to, index): [Place, Place] => [placed(ring[index] ?? to), placed(to)]))
}

/** Return the place of an edge that is nearest to a point of the sheet. */
function foot(x: number, y: number, from: Place, to: Place, project: Project): Place {
  const [ax, ay] = project(...from)
  const [bx, by] = project(...to)
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2
  const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2))
  return [from[0] + along * (to[0] - from[0]), from[1] + along * (to[1] - from[1])]
}

export type Unproject = (x: number, y: number) => Place

const northing = (lat: number) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360))

/** Return the way back from a sheet to the ground; `project` lies flat in Web Mercator within the bounds. */
export function unprojector(project: Project, [west, south, east, north]: Bounds): Unproject {
  const [x0, y0] = project(west, south)
  const [x1, y1] = project(east, north)
  const [n0, n1] = [northing(south), northing(north)]
  return (x, y) => {
    const up = n0 + ((y - y0) / (y1 - y0)) * (n1 - n0)
    return [west + ((x - x0) / (x1 - x0)) * (east - west), (Math.atan(Math.exp(up)) * 360) / Math.PI - 90]
  }
}

function rounded([lon, lat]: Place): Place {
  return [Number(lon.toFixed(7)), Number(lat.toFixed(7))]
}

/** Return the places of a text, one in each line as "longitude, latitude"; null when a line is none. Full-width digits count. */
export function placesIn(text: string): Place[] | null {
  const lines = text.normalize('NFKC').split(/[\n;]+/).map((line) => line.trim()).filter(Boolean)
  const places = lines.map((line) => line.split(/[\s,、]+/).map(Number))
  const sound = places.every(([lon = NaN, lat = NaN, ...more]) => more.length === 0 && Math.abs(lon) <= 180 && Math.abs(lat) <= 90)
  return sound ? places.map(([lon = 0, lat = 0]) => [lon, lat] as const) : null
}

export function textOf(line: readonly Place[]): string {
  return line.map(([lon, lat]) => `${lon}, ${lat}`).join('\n')
}

/** Return how long a change can still be undone, in whole hours and minutes; null when it cannot. */
export function undoLeft(change: Pick<Change, 'undo_until'>, now: Date): { hours: number; minutes: number } | null {
  const left = change.undo_until === null ? 0 : Date.parse(change.undo_until) - now.getTime()
  return left > 0 ? { hours: Math.floor(left / 3_600_000), minutes: Math.floor((left % 3_600_000) / 60_000) } : null
}
