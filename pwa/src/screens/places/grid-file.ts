/** Read a file of grids before it is sent: what it is, whether it says its reference system, and where its faults lie. */
import type { Crs, Day } from '@/core/types'
import type { GridFeatures } from '@/parts/projection'

/** `unknown` may be chosen, and is refused: a wrong guess moves every grid by hundreds of metres. */
export type ChosenCrs = Crs | 'unknown' | ''
/** The push that carries the grids takes 2 MB. */
export const MOST_BYTES = 1_900_000

export type GridFile = { name: string; features: { type: string; features: unknown[] } }
export type FileFault = 'too_big' | 'not_json' | 'not_collection' | 'empty'

/** Return the collection that a file holds, or what is wrong with the file as a whole. */
export function readGridFile(name: string, text: string): GridFile | FileFault {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return 'too_big'
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return 'not_json'
  }
  if (!isCollection(document)) return 'not_collection'
  return document.features.length === 0 ? 'empty' : { name, features: document }
}

function isCollection(value: unknown): value is GridFile['features'] {
  const document = value as { type?: unknown; features?: unknown } | null
  return typeof document === 'object' && document?.type === 'FeatureCollection' && Array.isArray(document.features)
}

/** What is still missing before the file can be checked. */
export function missing(file: GridFile | null, community_code: string, crs: ChosenCrs, effective_on: Day): string | null {
  if (!file) return 'file_missing'
  if (!community_code) return 'community_missing'
  if (crs === '') return 'crs_missing'
  if (crs === 'unknown') return 'crs_unknown'
  return effective_on ? null : 'effective_missing'
}

export type Fault = { kind: string; zh: string; en: string; feature: number | null; at: [lon: number, lat: number] | null }
export type Report = { is_clean: boolean; grids: string[]; faults: Fault[] }

/** Return what can be drawn of the file; what has no polygon is told in the report alone. */
export function drawable(file: GridFile): GridFeatures {
  const features = file.features.features.flatMap((feature, index) => {
    const each = feature as { geometry?: { type?: string; coordinates?: unknown }; properties?: Record<string, unknown> | null }
    if (!hasRings(each.geometry)) return []
    const properties = { ...each.properties, code: String(index), name: String(each.properties?.name ?? index) }
    return [{ type: 'Feature', geometry: each.geometry, properties } as unknown as GridFeatures['features'][number]]
  })
  return { type: 'FeatureCollection', features }
}

function hasRings(geometry: { type?: string; coordinates?: unknown } | undefined): boolean {
  if (!geometry || !Array.isArray(geometry.coordinates)) return false
  const polygons = geometry.type === 'MultiPolygon' ? geometry.coordinates : geometry.type === 'Polygon' ? [geometry.coordinates] : []
  return polygons.length > 0 && polygons.every((rings: unknown) => Array.isArray(rings) && rings.length > 0 && rings.every(isRing))
}

function isRing(ring: unknown): boolean {
  return (
    Array.isArray(ring) &&
    ring.length > 3 &&
    ring.every((each) => Array.isArray(each) && Number.isFinite(each[0]) && Number.isFinite(each[1]) && Math.abs(each[1]) < 89)
  )
}

/** Whether the faults' places, which are WGS 84, fall on a drawing of the file as it is. */
export function facesItsFaults(crs: ChosenCrs): boolean {
  return crs === 'wgs84' || crs === 'cgcs2000'
}
