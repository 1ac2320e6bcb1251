/** Turn rows into what the map draws, and say which of them are in view. */
import type { GridRow } from '@/core/types'
import type { Language } from '@/device/preferences'
import type { MapPoint, MapView } from '@/parts/map-types'
import type { GridFeatures } from '@/parts/projection'
import { type Hazard, markOf, titleOf, wordsOf } from '../hazards/look'

/** Return the grids in use as features with code and name. */
export function gridsOf(rows: readonly GridRow[]): GridFeatures {
  const features = rows
    .filter((row) => row.retired_on === null)
    .map((row) => ({ type: 'Feature' as const, properties: { code: row.code, name: row.name }, geometry: row.geometry }))
  return { type: 'FeatureCollection', features } as GridFeatures
}

/** Return a mark for each hazard that has a position; each names itself for those who hear the map. */
export function pointsOf(hazards: readonly Hazard[], now: Date, language: Language): MapPoint[] {
  return hazards.flatMap((hazard) => {
    if (hazard.lon === null || hazard.lat === null) return []
    const label = [
      titleOf(hazard),
      wordsOf('grade', hazard.grade)[language],
      wordsOf('stage', hazard.stage)[language],
      hazard.place_name,
    ].join(' · ')
    return [{ ...markOf(hazard, now, language), id: hazard.id, lon: hazard.lon, lat: hazard.lat, label }]
  })
}

/** Return those in view. What has no position is never out of view: it would otherwise be nowhere. */
export function inView(hazards: readonly Hazard[], view: MapView | null): Hazard[] {
  if (!view) return [...hazards]
  const [west, south, east, north] = view.bounds
  return hazards.filter(({ lon, lat }) => lon === null || lat === null || (west <= lon && lon <= east && south <= lat && lat <= north))
}
