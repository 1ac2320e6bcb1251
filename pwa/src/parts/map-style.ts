/** The map's layers from the ground up: base map, grids, shades, position, marks, names. */
import type { FeatureCollection, Point } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl'
import { baseLayers, baseSources } from './base-style'
import { type Color, placeName } from './map-pictures'
import { type BaseMap, type GridTiles, type MapLabel, type MapPlace, type MapPoint, type MapPosition, PLACES_FROM_ZOOM, type PlaceTiles, type PointTiles, TILE_LAYERS } from './map-types'
import { markName } from './marks'
import { circleAround, type GridFeatures } from './projection'

/** Text is drawn from the phone's own fonts: there is no font server, and Chinese is installed everywhere. */
export const fonts = ['PingFang SC', 'HarmonyOS Sans SC', 'MiSans', 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', 'sans-serif']

export type MapContent = {
  baseMap?: BaseMap | null
  gridTiles?: GridTiles | null
  /** What stands beside the names of grids that are drawn from tiles, by code; from afar only these are named. */
  numbers?: Record<string, string>
  pointTiles?: PointTiles | null
  placeTiles?: PlaceTiles | null
  ownGrid?: string | null
  shades?: Record<string, number>
}

type VariableAnchorOffset = NonNullable<SymbolLayerSpecification['layout']>['text-variable-anchor-offset']

const none: FeatureCollection = { type: 'FeatureCollection', features: [] }
export const tileAddress = (url: string) => (url.startsWith('/') ? `${location.origin}${url}` : url)
/** The address with the edition, which the server does not read: another one is another tile to the map's memory. */
export const editionAddress = ({ url, edition }: { url: string; edition?: string }) => tileAddress(edition ? `${url}#${edition}` : url)

export function styleOf(content: MapContent, color: Color): StyleSpecification {
  return {
    version: 8,
    sources: sourcesOf(content),
    layers: [
      { id: 'void', type: 'background', paint: { 'background-color': color('--map-void') } },
      ...baseLayers(content.baseMap, color, fonts),
      ...gridLayers(content, color),
      ...meLayers(color),
      nameLayer(content, color),
      areaLayer(color),
      placeLayer(content, color),
      ...markLayers(content, color),
    ],
  }
}

function sourcesOf({ baseMap, gridTiles, pointTiles, placeTiles }: MapContent): Record<string, SourceSpecification> {
  const points: SourceSpecification = pointTiles
    ? { type: 'vector', tiles: [editionAddress(pointTiles)], maxzoom: 16 }
    : {
        type: 'geojson',
        data: none,
        cluster: true,
        clusterRadius: 34,
        clusterMaxZoom: 16,
        clusterProperties: { overdue: ['+', ['get', 'overdue']] },
      }
  return {
    ...baseSources(baseMap),
    grids: gridTiles ? { type: 'vector', tiles: [editionAddress(gridTiles)], maxzoom: 14 } : { type: 'geojson', data: none },
    me: { type: 'geojson', data: none },
    borders: { type: 'geojson', data: none },
    places: placeTiles ? { type: 'vector', tiles: [editionAddress(placeTiles)], minzoom: PLACES_FROM_ZOOM, maxzoom: 16 } : { type: 'geojson', data: none },
    points,
  }
}

const layerOf = (tiles: { layer: string } | null | undefined) => (tiles ? { 'source-layer': tiles.layer } : {})

function gridLayers({ baseMap, gridTiles, ownGrid, shades }: MapContent, color: Color): LayerSpecification[] {
  const from = { source: 'grids', ...layerOf(gridTiles) }
  const own: ExpressionSpecification = ['==', ['get', 'code'], ownGrid ?? '']
  return [
    {
      id: 'grid-fill',
      type: 'fill',
      ...from,
      // A shaded grid keeps its shade when it is chosen: the outline says enough.
      paint: {
        'fill-color': shades ? shadeOf(shades, color) : ['case', own, color('--map-own'), color('--map-cell')],
        'fill-opacity': baseMap ? 0.35 : 1,
      },
    },
    {
      id: 'grid-hatch',
      type: 'fill',
      ...from,
      filter: ['in', ['get', 'code'], ['literal', codesOf(shades, 2)]],
      paint: { 'fill-pattern': ['case', ['in', ['get', 'code'], ['literal', codesOf(shades, 3)]], 'hatch|3', 'hatch|2'] },
    },
    // From afar the lines of thousands of grids would be all that one sees, and most of what is drawn.
    { id: 'grid-line', type: 'line', ...from, ...(gridTiles ? { minzoom: gridTiles.lines_from_zoom ?? 11.5 } : {}), paint: { 'line-color': color('--map-line'), 'line-width': 1.4, 'line-dasharray': [3, 2] } },
    {
      id: 'borders',
      type: 'line',
      source: 'borders',
      filter: ['==', ['geometry-type'], 'LineString'],
      layout: { 'line-cap': 'round' },
      paint: { 'line-color': color('--ink2'), 'line-width': 2.6 },
    },
    {
      id: 'grid-own',
      type: 'line',
      ...from,
      filter: own,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': color('--plate'), 'line-width': 4 },
    },
  ]
}

/** The grids shaded at least so dark. */
function codesOf(shades: Record<string, number> | undefined, least: number): string[] {
  return Object.entries(shades ?? {}).flatMap(([code, step]) => (step >= least ? [code] : []))
}

function shadeOf(shades: Record<string, number> | undefined, color: Color): ExpressionSpecification | string {
  const steps = Object.entries(shades ?? {}).flatMap(([code, step]) => (step > 0 ? [code, color(`--map-shade-${Math.min(3, step)}`)] : []))
  return steps.length
    ? (['match', ['get', 'code'], ...steps, color('--map-cell')] as unknown as ExpressionSpecification)
    : color('--map-cell')
}

function meLayers(color: Color): LayerSpecification[] {
  const dot: ExpressionSpecification = ['==', ['geometry-type'], 'Point']
  return [
    {
      id: 'me-circle',
      type: 'fill',
      source: 'me',
      filter: ['!', dot],
      paint: { 'fill-color': color('--plate'), 'fill-opacity': 0.18, 'fill-outline-color': color('--plate') },
    },
    {
      id: 'me-dot',
      type: 'circle',
      source: 'me',
      filter: dot,
      paint: { 'circle-radius': 7, 'circle-color': color('--plate'), 'circle-stroke-width': 3.5, 'circle-stroke-color': color('--card') },
    },
  ]
}

/** What is chosen, by its id, or by the number that a tile calls it by. */
export function chosenFilter(selected: string | null | undefined): ExpressionSpecification {
  return ['any', ['==', ['get', 'id'], selected || '-'], ['==', ['to-string', ['id']], selected || '-']]
}

function markLayers({ pointTiles }: MapContent, color: Color): LayerSpecification[] {
  const from = (layer: keyof typeof TILE_LAYERS) => ({ source: 'points', ...(pointTiles ? { 'source-layer': TILE_LAYERS[layer] } : {}) })
  const cluster: ExpressionSpecification = ['has', 'point_count']
  const picture = (pointTiles?.mark ?? ['get', 'mark']) as ExpressionSpecification
  const layout = { 'icon-allow-overlap': true, 'symbol-sort-key': ['coalesce', ['get', 'overdue'], 0] as ExpressionSpecification }
  return [
    {
      id: 'chosen',
      type: 'circle',
      ...from('marks'),
      filter: chosenFilter(null),
      paint: { 'circle-radius': 24, 'circle-color': color('--focus'), 'circle-opacity': 0.35 },
    },
    { id: 'marks', type: 'symbol', ...from('marks'), filter: ['!', cluster], layout: { ...layout, 'icon-image': picture } },
    {
      id: 'clusters',
      type: 'symbol',
      ...from('clusters'),
      filter: cluster,
      layout: {
        ...layout,
        'icon-image': [
          'concat',
          'cluster|',
          ['to-string', ['get', 'point_count']],
          '|',
          ['to-string', ['coalesce', ['get', 'overdue'], 0]],
        ],
      },
    },
  ]
}

/** A place stands under the hazards found in it, and steps aside where they cover it (`stepAside`); its name keeps clear of their marks: close by, or further off where one stands on the place itself. */
function placeLayer({ placeTiles }: MapContent, color: Color): LayerSpecification {
  const beside = (far: number) => ['top', [0, far], 'bottom', [0, -far], 'left', [far, 0], 'right', [-far, 0]]
  return {
    id: 'places',
    type: 'symbol',
    source: 'places',
    ...layerOf(placeTiles),
    minzoom: PLACES_FROM_ZOOM,
    layout: {
      'icon-image': (placeTiles?.mark ?? ['concat', placeName(''), ['get', 'letter']]) as ExpressionSpecification,
      'icon-allow-overlap': true,
      'text-field': ['get', 'name'],
      'text-font': fonts,
      'text-size': 13,
      'text-max-width': 9,
      'text-optional': true,
      'text-variable-anchor-offset': [...beside(1.2), ...beside(2.3), ...beside(3.7)] as VariableAnchorOffset,
      'text-justify': 'auto',
    },
    paint: { 'text-color': color('--ink2'), 'text-halo-color': color('--card'), 'text-halo-width': 2 },
  }
}

/** Names keep clear of the marks: whichever covered the other, one could not be read. What lies above is placed first, so names come below. */
function nameLayer({ gridTiles, ownGrid, numbers, shades }: MapContent, color: Color): LayerSpecification {
  const isNumbered = Boolean(gridTiles && numbers)
  const numbered = Object.entries((isNumbered && numbers) || {})
  const among = (codes: string[]): ExpressionSpecification => ['in', ['get', 'code'], ['literal', codes]]
  const darkest = among(codesOf(shades, 3))
  const own: ExpressionSpecification = ['==', ['get', 'code'], ownGrid ?? '']
  return {
    id: 'names',
    type: 'symbol',
    source: 'grids',
    ...layerOf(gridTiles),
    minzoom: isNumbered ? 0 : 12.5,
    // Where grids carry counts, those without any keep their names for a closer look; from afar only the darkest are named, of thousands none.
    filter: isNumbered
      ? ['any', ['>=', ['zoom'], 14], own, ['all', ['>=', ['zoom'], gridTiles?.lines_from_zoom ?? 12.5], darkest], ['all', ['>=', ['zoom'], 12.5], among(numbered.map(([code]) => code))]]
      : ['any', ['!', ['has', 'count']], ['>', ['coalesce', ['get', 'count'], 0], 0], ['>=', ['zoom'], 14]],
    layout: {
      'text-field': numbered.length
        ? (['concat', ['get', 'name'], ['match', ['get', 'code'], ...numbered.flatMap(([code, number]) => [code, `  ${number}`]), '']] as unknown as ExpressionSpecification)
        : ['get', 'name'],
      'text-font': fonts,
      'text-size': 14,
      'text-max-width': 12,
      'text-padding': 4,
      'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right', 'top-left', 'top-right', 'bottom-left', 'bottom-right'],
      'text-radial-offset': 1.9,
      'text-justify': 'center',
      'icon-image': ['case', own, 'label-own', 'label'],
      'icon-text-fit': 'both',
      'icon-text-fit-padding': [1, 5, 1, 5],
      'symbol-sort-key': ['case', own, 0, darkest, 1, 2],
    },
    paint: { 'text-color': ['case', own, color('--plate-ink'), color('--ink')] },
  }
}

/** An area is named in the heavier hand of its border; near by, its grids say more. */
function areaLayer(color: Color): LayerSpecification {
  return {
    id: 'areas',
    type: 'symbol',
    source: 'borders',
    maxzoom: 15,
    filter: ['==', ['geometry-type'], 'Point'],
    layout: { 'text-field': ['get', 'name'], 'text-font': fonts, 'text-size': 15, 'text-padding': 6, 'icon-image': 'label-area', 'icon-text-fit': 'both', 'icon-text-fit-padding': [2, 7, 2, 7] },
    paint: { 'text-color': color('--card') },
  }
}

export function pointFeatures(points: readonly MapPoint[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: points.map((point) => ({
      type: 'Feature',
      properties: { id: point.id, mark: markName(point), overdue: point.tone === 'overdue' ? 1 : 0 },
      geometry: { type: 'Point', coordinates: [point.lon, point.lat] },
    })),
  }
}

export function placeFeatures(places: readonly MapPlace[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: places.map(({ id, name, letter, lon, lat }) => ({ type: 'Feature', properties: { id, name, letter }, geometry: { type: 'Point', coordinates: [lon, lat] } })),
  }
}

export function labelFeatures(labels: readonly MapLabel[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: labels.map(({ name, lon, lat }) => ({ type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: [lon, lat] } })),
  }
}

export function meFeatures(me: MapPosition | null | undefined): FeatureCollection {
  if (!me) return none
  return {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [circleAround(me.lon, me.lat, me.accuracy_m)] } },
      { type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [me.lon, me.lat] } },
    ],
  }
}

export function gridFeatures(grids: GridFeatures | null | undefined): FeatureCollection {
  return grids ?? none
}
