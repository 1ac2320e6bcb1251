/** Find the borders between areas, such as communities, that are made of grids, and where to write each area's name. */
import type { Feature, FeatureCollection, LineString, Point, Position } from 'geojson'
import { boundsOf, type GridFeatures } from './projection'

type Border = Feature<LineString, Record<string, never>>
type Label = Feature<Point, { name: string }>

/**
 * Return the streets that part two areas or lie at the outer edge, and a label in the middle of each named area.
 *
 * Grids tile the ground, so neighbours share the very same corners: a stretch between two corners is a border when the
 * grids on its two sides belong to different areas, or when there is only one. `areas` names areas by the start of the
 * codes of their grids.
 */
export function bordersOf(grids: GridFeatures | null | undefined, areas: Record<string, string>): FeatureCollection<LineString | Point> {
  const codes = Object.keys(areas)
  if (!grids || codes.length < 2) return { type: 'FeatureCollection', features: [] }
  const areaOf = (code: string) => codes.find((area) => code.startsWith(area)) ?? ''
  const sides = new Map<string, { stretch: [Position, Position]; areas: string[] }>()
  for (const { geometry, properties } of grids.features) {
    const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
    for (const ring of rings) for (let at = 1; at < ring.length; at += 1) note(sides, ring[at - 1] ?? [], ring[at] ?? [], areaOf(properties.code))
  }
  const borders = [...sides.values()].filter(({ areas: [one, other] }) => one !== other)
  const labels = codes.flatMap((area) => labelOf(grids, area, areas[area] ?? ''))
  return { type: 'FeatureCollection', features: [...borders.map(({ stretch }) => lineOf(stretch)), ...labels] }
}

function note(sides: Map<string, { stretch: [Position, Position]; areas: string[] }>, from: Position, to: Position, area: string): void {
  const key = [from.join(), to.join()].sort().join(' ')
  const known = sides.get(key)
  if (known) known.areas.push(area)
  else sides.set(key, { stretch: [from, to], areas: [area] })
}

const lineOf = (coordinates: Position[]): Border => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } })

function labelOf(grids: GridFeatures, area: string, name: string): Label[] {
  const bounds = boundsOf(grids.features.filter(({ properties }) => properties.code.startsWith(area)))
  if (!bounds || !name) return []
  const [west, south, east, north] = bounds
  return [{ type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: [(west + east) / 2, (south + north) / 2] } }]
}
