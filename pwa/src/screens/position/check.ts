/** Compare a fix with the place where somebody says to stand, and say in which words. */
import { COARSE_M, type Distance, distances, type Speaks, speaksAt, type Wind, windFrom } from '@/core/datums'
import type { Point } from '@/core/gcj02'
import type { BuildingRow, Fix, PremisesRow } from '@/core/types'

export type KnownPlace = Point & { id: string; name: string; kind: 'building' | 'premises' }
/** `fits` is null where nothing can be told: no datum is near, or the circle is too wide. */
export type Check = {
  place: KnownPlace
  fits: Speaks | null
  is_coarse: boolean
  metres: number
  wind: Wind
  accuracy_m: number
  each: Distance[]
}

const HITS = 6

/** Return the buildings and premises whose position is known, by name. */
export function knownPlaces(buildings: readonly BuildingRow[], premises: readonly PremisesRow[]): KnownPlace[] {
  const of =
    (kind: KnownPlace['kind']) =>
    (row: BuildingRow | PremisesRow): KnownPlace => ({ kind, id: row.id, name: row.name, lon: row.lon, lat: row.lat })
  return [...buildings.map(of('building')), ...premises.map(of('premises'))].sort((one, other) => one.name.localeCompare(other.name, 'zh'))
}

/** Return the first places with these words in their name; none while nothing is typed. */
export function searchPlaces(places: readonly KnownPlace[], typed: string): KnownPlace[] {
  const wanted = typed.trim().toLowerCase().split(/\s+/).filter(Boolean)
  if (!wanted.length) return []
  return places.filter(({ name }) => wanted.every((word) => name.toLowerCase().includes(word))).slice(0, HITS)
}

/** Return what one fix at a known place tells. */
export function checked(place: KnownPlace, fix: Pick<Fix, 'lon' | 'lat' | 'accuracy_m'>): Check {
  const is_coarse = fix.accuracy_m > COARSE_M
  const each = distances(place, fix)
  const metres = Math.round(each.find(({ speaks }) => speaks === 'wgs84')?.metres ?? 0)
  return {
    place,
    is_coarse,
    fits: is_coarse ? null : speaksAt(place, fix),
    metres,
    wind: windFrom(place, fix),
    accuracy_m: fix.accuracy_m,
    each,
  }
}
