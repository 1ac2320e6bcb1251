/** What both maps, with and without WebGL, are given. */
import type { Mark } from './marks'
import type { Bounds } from './projection'

export type MapPoint = Mark & { id: string; lon: number; lat: number; label: string }
/** Somewhere that stays, such as a shop: a square with a letter and its name, beneath the hazards. `label` is for those who hear the map. */
export type MapPlace = { id: string; lon: number; lat: number; name: string; letter: string; label: string }
/** A place that is drawn from tiles and in view, with the kind that its tile tells. */
export type SeenPlace = { id: string; name: string; kind: string }
/** Nearer than this, places are drawn; further off they would only hide the grids. */
export const PLACES_FROM_ZOOM = 15
/** The plain drawing has no zoom: of more places than this it draws none, for they would hide the grids. */
export const PLACES_MOST_PLAIN = 40
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
/** Places from tiles instead of a list: `mark` gives a name as `placeName` does, `kind` is the property that tells what a place is. */
export type PlaceTiles = { url: string; layer: string; edition: string; mark: unknown; kind: string }
/** The tiles' layers: single hazards, and groups of them. */
export const TILE_LAYERS = { marks: 'hazards', clusters: 'clusters' } as const
/** Grids from tiles instead of a list. Their lines are drawn from `lines_from_zoom` on; `numbers` stand beside their names, by code. */
export type GridTiles = { url: string; layer: string; edition?: string; lines_from_zoom?: number }
/** The name of an area that is drawn from tiles, where it is to stand. */
export type MapLabel = { name: string; lon: number; lat: number }
export type MapView = { bounds: [west: number, south: number, east: number, north: number]; zoom: number }
