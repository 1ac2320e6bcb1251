/** Keep one MapLibre map in step with what the screen gives it. */
import type { GeoJSONSource, Map as LibraryMap, VectorTileSource } from 'maplibre-gl'
import { bordersOf } from './area-borders'
import { type Color, pictureFor } from './map-pictures'
import {
  chosenFilter,
  editionAddress,
  fonts,
  gridFeatures,
  labelFeatures,
  type MapContent,
  meFeatures,
  placeFeatures,
  pointFeatures,
  styleOf,
} from './map-style'
import type { MapLabel, MapPlace, MapPoint, MapPosition, MapView, SeenPlace } from './map-types'
import { stepAside } from './places-beside'
import type { Bounds, GridFeatures } from './projection'

export type LiveContent = MapContent & {
  grids?: GridFeatures | null
  points?: MapPoint[]
  places?: MapPlace[]
  /** The names of the areas that the grids make up, by the start of their codes. */
  areas?: Record<string, string>
  labels?: MapLabel[]
  me?: MapPosition | null
  selected?: string | null
}
export type MapEvents = { select(id: string): void; place(id: string): void; places(seen: SeenPlace[]): void; grid(code: string): void; hover(code: string | null): void; view(view: MapView): void; base(answers: boolean): void; drawn(): void }
export type LiveMap = {
  show(content: LiveContent): void
  restyle(content: LiveContent): void
  /** Show another grid as the chosen one, or other shades, without drawing everything anew. */
  recolor(content: LiveContent): void
  fit(bounds: Bounds): void
  goTo(lon: number, lat: number): void
  zoom(by: number): void
  /** Ask for those tiles anew of which the server knows of changes. */
  renew(content: LiveContent): void
  /** Where a point of the container, in pixels, lies on the ground. */
  ground(x: number, y: number): { lon: number; lat: number }
  /** Something else covers the foot now: what lies beneath is not in view. */
  cover(inset_px: number): void
  remove(): void
}

/** A finger is wider than a mark: everything this near to the touch counts. */
const finger_px = 14

const color: Color = (name) =>
  name.startsWith('--') ? getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#888' : name

export function hasWebGl2(): boolean {
  try {
    return Boolean(document.createElement('canvas').getContext('webgl2'))
  } catch {
    return false
  }
}

/** Is WebGL drawn by the processor alone, as on old phones and remote desktops? Then each pixel costs. */
function isDrawnBySoftware(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  const told = gl?.getExtension('WEBGL_debug_renderer_info')
  const name = String((told && gl?.getParameter(told.UNMASKED_RENDERER_WEBGL)) ?? '')
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|software/i.test(name)
}

/** Read the library while what is to be drawn is still on its way. */
export const readLibrary = () => import('./map-library')

/** Open the map in `container`. Rejects when the library's files cannot be had, which offline before the first use they cannot. */
export async function openMap(
  container: HTMLElement,
  content: LiveContent,
  events: MapEvents,
  start: Bounds | null,
  inset_px: number,
): Promise<LiveMap> {
  const { LibraryMap, serveTiles } = await readLibrary()
  const serve = ({ baseMap }: LiveContent) => { if (baseMap) serveTiles(baseMap) }
  serve(content)
  const map = new LibraryMap({
    container,
    style: styleOf(content, color),
    ...(start
      ? { bounds: [...start] as [number, number, number, number], fitBoundsOptions: { padding: padded(inset_px) } }
      : { center: [109.4, 24.32], zoom: 12 }),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxZoom: 19,
    fadeDuration: 0,
    localIdeographFontFamily: fonts.join(','),
    pixelRatio: isDrawnBySoftware() ? 1 : Math.min(2, devicePixelRatio),
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.setMissingStyleImageResolver((id) => {
    const picture = pictureFor(id, color)
    if (picture && !map.hasImage(id)) map.addImage(id, picture.image, picture.options)
  })
  map.on('click', (event) => void click(map, event.point, events))
  followKeys(map, events)
  followHover(map, events)
  watchBase(map, events)
  stepAside(map)
  const live = control(map, content, events, inset_px, start)
  return { ...live, restyle: (next) => { serve(next); live.restyle(next) } }
}

/** Tell when the base map's tiles do not come, and when they come again; everything else on the map is not concerned. */
function watchBase(map: LibraryMap, events: MapEvents): void {
  const isBase = (source: unknown) => typeof source === 'string' && source.startsWith('base-')
  map.on('error', (event) => {
    if (isBase((event as { sourceId?: unknown }).sourceId)) events.base(false)
    else console.warn('The map:', event.error)
  })
  map.on('sourcedata', (event) => { if (event.tile && isBase(event.sourceId)) events.base(true) })
}

/** What is seen of the map: not what lies under the sheet at its foot. */
function viewOf(map: LibraryMap, inset_px: number): MapView {
  const { clientWidth, clientHeight } = map.getContainer()
  const { lng: west, lat: north } = map.unproject([0, 0])
  const { lng: east, lat: south } = map.unproject([clientWidth, Math.max(1, clientHeight - inset_px)])
  return { bounds: [west, south, east, north], zoom: map.getZoom() }
}

/** The places that are drawn where one sees them, each once: neighbouring tiles both hold those at their border. */
function placesSeen(map: LibraryMap, kind: string, inset_px: number): SeenPlace[] {
  if (!map.getLayer('places')) return []
  const { clientWidth, clientHeight } = map.getContainer()
  const found = map.queryRenderedFeatures([[0, 0], [clientWidth, Math.max(1, clientHeight - inset_px)]], { layers: ['places'] })
  const seen = found.map(({ properties }): SeenPlace => ({ id: String(properties.id), name: String(properties.name), kind: String(properties[kind]) }))
  return [...new Map(seen.map((place) => [place.id, place])).values()]
}

/** What covers the map's foot, such as a sheet, is no place to show things. */
function padded(inset_px: number) {
  return { top: 28, left: 28, right: 28, bottom: 28 + inset_px }
}

function control(map: LibraryMap, first: LiveContent, events: MapEvents, covered_px: number, start: Bounds | null): LiveMap {
  let latest = first
  let inset_px = covered_px
  let whole = start // stays whole in a container of another size, until somebody moves the map
  const seeWhole = (bounds: Bounds, duration: number) =>
    map.fitBounds([...bounds] as [number, number, number, number], { padding: padded(inset_px), maxZoom: 17, duration })
  const fill = () => fillSources(map, latest)
  const tellView = () => events.view(viewOf(map, inset_px))
  map.on('style.load', fill)
  map.on('moveend', tellView)
  map.on('movestart', (event) => {
    if (event.originalEvent) whole = null
  })
  map.on('resize', () => {
    if (whole) seeWhole(whole, 0)
    else tellView()
  })
  map.on('load', tellView)
  void map.once('idle', () => events.drawn())
  map.on('idle', () => { if (latest.placeTiles) events.places(placesSeen(map, latest.placeTiles.kind, inset_px)) })
  return {
    show(content) {
      latest = content
      if (map.isStyleLoaded() || map.getSource('points')) fill()
    },
    restyle(content) {
      latest = content
      map.setStyle(styleOf(content, color), { diff: false })
    },
    recolor(content) {
      latest = content
      recolor(map, content)
    },
    renew(content) {
      latest = content
      for (const [name, tiles] of [['points', content.pointTiles], ['places', content.placeTiles], ['grids', content.gridTiles]] as const) {
        const source = tiles ? map.getSource<VectorTileSource>(name) : undefined
        if (tiles && source?.type === 'vector' && source.tiles?.[0] !== editionAddress(tiles)) source.setTiles([editionAddress(tiles)])
      }
    },
    ground(x, y) {
      const { lng: lon, lat } = map.unproject([x, y])
      return { lon, lat }
    },
    fit(bounds) {
      whole = bounds
      seeWhole(bounds, motion(400))
    },
    goTo(lon, lat) {
      whole = null
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 16), offset: [0, -inset_px / 2], duration: motion(400) })
    },
    zoom(by) {
      whole = null
      map.easeTo({ zoom: map.getZoom() + by, duration: motion(200) })
    },
    cover(px) {
      inset_px = px
      if (map.loaded()) tellView()
    },
    remove: () => map.remove(),
  }
}

const GRID_LAYERS = new Set(['grid-fill', 'grid-hatch', 'grid-own', 'names'])

function recolor(map: LibraryMap, content: LiveContent): void {
  for (const layer of styleOf(content, color).layers) {
    if (!GRID_LAYERS.has(layer.id) || !map.getLayer(layer.id)) continue
    if ('filter' in layer && layer.filter) map.setFilter(layer.id, layer.filter)
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name as never, value as never)
    for (const [name, value] of Object.entries(layer.layout ?? {})) map.setLayoutProperty(layer.id, name as never, value as never)
  }
}

function motion(duration_ms: number): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : duration_ms
}

function fillSources(map: LibraryMap, content: LiveContent): void {
  // A source of tiles fills itself; while a style is on its way, the one before may still be there.
  const put = (name: string, features: ReturnType<typeof gridFeatures>) => {
    const source = map.getSource(name)
    if (source?.type === 'geojson') (source as GeoJSONSource).setData(features)
  }
  put('grids', gridFeatures(content.grids))
  put('points', pointFeatures(content.points ?? []))
  put('places', placeFeatures(content.places ?? []))
  put('borders', content.labels ? labelFeatures(content.labels) : bordersOf(content.grids, content.areas ?? {}))
  put('me', meFeatures(content.me))
  if (map.getLayer('chosen')) map.setFilter('chosen', chosenFilter(content.selected))
}

/** By keyboard the map moves under a cross in the middle of what is seen; Enter is a click there. */
function followKeys(map: LibraryMap, events: MapEvents): void {
  const [canvas, container] = [map.getCanvas(), map.getContainer()]
  canvas.addEventListener('keydown', ({ key }) => {
    container.dataset.keys = ''
    if (key === 'Enter') void click(map, { x: container.clientWidth / 2, y: container.clientHeight / 2 }, events)
  })
  for (const kind of ['pointerdown', 'blur']) canvas.addEventListener(kind, () => delete container.dataset.keys)
}

/** Tell which grid lies under the pointer, or under the cross of whoever moves the map by keys. */
function followHover(map: LibraryMap, events: MapEvents): void {
  const container = map.getContainer()
  const tell = (x: number, y: number) => {
    const grid = map.getLayer('grid-fill') && map.queryRenderedFeatures([x, y], { layers: ['grid-fill'] })[0]
    events.hover(grid?.properties.code ? String(grid.properties.code) : null)
  }
  let waits = false
  map.on('mousemove', ({ point }) => {
    if (waits) return
    waits = true
    requestAnimationFrame(() => { waits = false; tell(point.x, point.y) })
  })
  map.on('moveend', () => { if (container.dataset.keys !== undefined) tell(container.clientWidth / 2, container.clientHeight / 2) })
  map.on('mouseout', () => events.hover(null))
}

async function click(map: LibraryMap, point: { x: number; y: number }, events: MapEvents): Promise<void> {
  const around: [[number, number], [number, number]] = [
    [point.x - finger_px, point.y - finger_px],
    [point.x + finger_px, point.y + finger_px],
  ]
  const layers = ['clusters', 'marks', 'places'].filter((layer) => map.getLayer(layer))
  // What is under the finger's very middle first: names of places lie close to marks.
  const hit = map.queryRenderedFeatures([point.x, point.y], { layers })[0] ?? map.queryRenderedFeatures(around, { layers })[0]
  if (!hit) {
    const grid = map.queryRenderedFeatures([point.x, point.y], { layers: ['grid-fill'] })[0]
    if (grid?.properties.code) events.grid(String(grid.properties.code))
  } else if (hit.layer.id === 'clusters' && hit.geometry.type === 'Point') {
    const [lon = 0, lat = 0] = hit.geometry.coordinates
    map.easeTo({ center: [lon, lat], zoom: await zoomThatParts(map, hit.properties.cluster_id), duration: motion(300) })
  } else if (hit.layer.id === 'places') events.place(String(hit.properties.id))
  // A tile calls a hazard by a number.
  else events.select(String(hit.properties.id ?? hit.id ?? ''))
}

async function zoomThatParts(map: LibraryMap, cluster: unknown): Promise<number> {
  const source = map.getSource<GeoJSONSource>('points')
  if (typeof cluster !== 'number' || !source?.getClusterExpansionZoom) return map.getZoom() + 2
  return source.getClusterExpansionZoom(cluster)
}
