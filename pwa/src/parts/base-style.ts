/** The layers of a base map: its pictures, or its vector tiles in a plain and quiet hand under grids and hazards. */
import type { FilterSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl'
import type { Color } from './map-pictures'
import type { BaseMap } from './map-types'

/** What a layer shows is told by its name, whichever program wrote the file; of a name that says nothing only the lines are drawn. */
const KINDS: [kind: Kind, names: RegExp][] = [
  ['water', /water|ocean|hydro|river|lake|sea|水|河|湖/i],
  ['building', /build|house|建筑|房/i],
  ['border', /bound|admin|border|界/i],
  ['road', /road|street|transport|highway|rail|路|街/i],
  ['green', /land|park|green|forest|wood|grass|绿|林/i],
]
type Kind = 'water' | 'building' | 'border' | 'road' | 'green' | 'other'
type Ink = { fill?: string; line: string; width: number }
const DAY: Record<Kind, Ink> = {
  water: { fill: '#C3DAEA', line: '#A3C3DA', width: 0.8 },
  building: { fill: '#DBD7CE', line: '#C6C1B5', width: 0.6 },
  border: { line: '#9A938A', width: 0.8 },
  road: { line: '#FFFFFF', width: 2.4 },
  green: { fill: '#DCE7D2', line: '#DCE7D2', width: 0 },
  other: { line: '#B5AFA4', width: 0.8 },
}
const NIGHT: Record<Kind, Ink> = {
  water: { fill: '#16303F', line: '#21465C', width: 0.8 },
  building: { fill: '#232C36', line: '#303B47', width: 0.6 },
  border: { line: '#5D6670', width: 0.8 },
  road: { line: '#3C4855', width: 2.4 },
  green: { fill: '#17261F', line: '#17261F', width: 0 },
  other: { line: '#36414C', width: 0.8 },
}

/** Return the sources of a base map by name: one for each of its layers, from the ground up. */
export function baseSources(base: BaseMap | null | undefined): Record<string, SourceSpecification> {
  if (!base) return {}
  const { minzoom, maxzoom, tile_size: tileSize, bounds } = base
  const within = { minzoom, maxzoom, ...(bounds ? { bounds: [...bounds] as [number, number, number, number] } : {}) }
  // Of two editions of the same file MapLibre would mix the tiles, did their addresses not differ.
  if (base.file?.tile_type === 'mvt') return { 'base-0': { type: 'vector', tiles: [own(base, 0)], ...within } }
  const direct = !base.file && base.crs !== 'gcj02'
  const addresses = base.file ? [own(base, 0)] : base.tiles.map((tiles, layer) => (direct ? `${location.origin}${tiles}` : own(base, layer)))
  return Object.fromEntries(addresses.map((tiles, layer) => [`base-${layer}`, { type: 'raster', tiles: [tiles], tileSize, ...within }]))
}

const own = (base: BaseMap, layer: number) => `base://${encodeURIComponent(base.name)}/${layer}/{z}/{x}/{y}#${base.file?.key ?? ''}`

export function baseLayers(base: BaseMap | null | undefined, color: Color, fonts: string[]): LayerSpecification[] {
  if (!base) return []
  const night = document.documentElement.dataset.theme === 'night'
  if (base.file?.tile_type === 'mvt') return vectorLayers(base.file.layers, night ? NIGHT : DAY, color, fonts)
  // A bright picture at night would blind, and hide the marks.
  const paint = night ? { 'raster-brightness-max': 0.62, 'raster-saturation': -0.3 } : {}
  return Object.keys(baseSources(base)).map((source) => ({ id: source, type: 'raster', source, paint }))
}

function vectorLayers(names: readonly string[], inks: Record<Kind, Ink>, color: Color, fonts: string[]): LayerSpecification[] {
  const known = names.map((name) => ({ name, kind: KINDS.find(([, named]) => named.test(name))?.[0] ?? 'other' }))
  const order: Kind[] = ['green', 'water', 'building', 'other', 'border', 'road']
  const layers = known.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
  const from = (name: string) => ({ source: 'base-0', 'source-layer': name })
  const is = (kind: string): FilterSpecification => ['==', ['geometry-type'], kind]
  const fills = layers.flatMap(({ name, kind }): LayerSpecification[] => {
    const fill = inks[kind].fill
    return fill ? [{ id: `base-fill-${name}`, type: 'fill', ...from(name), filter: is('Polygon'), paint: { 'fill-color': fill } }] : []
  })
  const lines = layers.map(({ name, kind }): LayerSpecification => ({
    id: `base-line-${name}`,
    type: 'line',
    ...from(name),
    ...(kind === 'road' || kind === 'border' ? { filter: is('LineString') } : {}),
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': inks[kind].line, 'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 11, inks[kind].width / 2, 18, inks[kind].width * (kind === 'road' ? 5 : 1)] },
  }))
  const named = layers.flatMap(({ name, kind }): LayerSpecification[] => [
    ...(kind === 'road' ? [nameLayer(`base-street-${name}`, from(name), is('LineString'), 'line', color, fonts)] : []),
    nameLayer(`base-name-${name}`, from(name), is('Point'), 'point', color, fonts),
  ])
  return [...fills, ...lines, ...named]
}

function nameLayer(id: string, from: { source: string; 'source-layer': string }, filter: FilterSpecification, placement: 'line' | 'point', color: Color, fonts: string[]): LayerSpecification {
  return {
    id,
    type: 'symbol',
    ...from,
    minzoom: 14,
    filter,
    layout: { 'text-field': ['coalesce', ['get', 'name:zh'], ['get', 'name'], ''], 'text-font': fonts, 'text-size': 12, 'symbol-placement': placement },
    paint: { 'text-color': color('--ink2'), 'text-halo-color': color('--card'), 'text-halo-width': 1.5 },
  }
}
