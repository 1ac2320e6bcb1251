/** What both maps, with and without WebGL, are given. */
import type { Mark } from './marks'
import type { Bounds } from './projection'

export type MapPoint = Mark & { id: string; lon: number; lat: number; label: string }
/** Somewhere that stays, such as a shop: a square with its name, beneath the hazards; `busy` where some stand on it. `label` is for those who hear the map. */
export type MapPlace = { id: string; lon: number; lat: number; name: string; label: string; busy: boolean }
/** Nearer than this, places are drawn; further off they would only hide the grids. */
export const PLACES_FROM_ZOOM = 15
export type MapPosition = { lon: number; lat: number; accuracy_m: number }
/**
 * A base map that the tenant configured; `attribution` holds its review number (审图号). `tiles` are a service's layers
 * from the ground up, or a `file` is read in parts, by whoever knows where it lies; its `key` is another for another edition.
 */
export type BaseMap = {
  name: string
  attribution: string
  crs: string
  minzoom: number
  maxzoom: number
  tile_size: number
  bounds?: Bounds | null
  tiles: readonly string[]
  file?: { key: string; tile_type: string; layers: readonly string[]; read(offset: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer> }
}
/** Points from the server's tiles instead of a list: `mark` is a MapLibre expression that gives a name as `markName` does, and another `edition` means that the server knows better by now. */
export type PointTiles = { url: string; edition: string; mark: unknown }
/** The tiles' layers: single hazards, and groups of them. */
export const TILE_LAYERS = { marks: 'hazards', clusters: 'clusters' } as const
export type GridTiles = { url: string; layer: string }
export type MapView = { bounds: [west: number, south: number, east: number, north: number]; zoom: number }
