/** Find what may be recorded already: an open hazard of the same kind at the same place, or near by in public. Never a reason to refuse. */
import { rules } from './hazard-conditions'
import type { Fix, HazardCategory, HazardRow, Id } from './types'

/** How far from each other two records of one thing in public may stand, in metres: what a walker calls "the same spot". */
export const RADIUS_M: Record<HazardCategory, number> = {
  ...{ household: 20, gas_station: 30, market: 30, assembly: 30, public_area: 30 },
  ...{ school: 50, residential: 50, enterprise: 60 },
}
/** Of what the two positions do not know themselves, at most this much is added: beyond it everything would be near. */
export const ACCURACY_CAP_M = 50
const EARTH_M = 6_371_008.8

/** What is about to be recorded. */
export type Sought = Pick<HazardRow, 'place_kind' | 'category' | 'what'> & { id: Id; place_id?: Id | null; item_id?: string | null; fix: Pick<Fix, 'lon' | 'lat' | 'accuracy_m'> | null }
type Recorded = Pick<HazardRow, 'id' | 'stage' | 'place_kind' | 'place_id' | 'category' | 'item_id' | 'what' | 'lon' | 'lat' | 'accuracy_m'>
/** `metres` is null at one and the same place. */
export type Twin<H> = { hazard: H; metres: number | null }

/** Return the open hazards that are likely the same one, the nearest first. */
export function twinsOf<H extends Recorded>(sought: Sought, hazards: readonly H[]): Twin<H>[] {
  const open = hazards.filter((hazard) => hazard.id !== sought.id && rules.open_stages.includes(hazard.stage) && isSameThing(sought, hazard))
  const twins = open.flatMap((hazard): Twin<H>[] => {
    if (sought.place_kind !== hazard.place_kind) return []
    if (sought.place_kind !== 'none') return sought.place_id && sought.place_id === hazard.place_id ? [{ hazard, metres: null }] : []
    const metres = sought.category === hazard.category ? metresBetween(sought, hazard) : null
    return metres !== null && metres <= reach(sought, hazard) ? [{ hazard, metres: Math.round(metres) }] : []
  })
  return twins.sort((one, other) => (one.metres ?? 0) - (other.metres ?? 0))
}

/** Return west, south, east and north of all that could be near, to four places, so that a few steps ask nothing new; null without a position. */
export function boxAround({ category, fix }: Pick<Sought, 'category' | 'fix'>): [number, number, number, number] | null {
  if (fix === null) return null
  const up = ((RADIUS_M[category] + ACCURACY_CAP_M) / EARTH_M) * (180 / Math.PI)
  const across = up / Math.cos((fix.lat * Math.PI) / 180)
  const out = (degrees: number, round: (value: number) => number) => Number((round(degrees * 1e4) / 1e4).toFixed(4))
  return [out(fix.lon - across, Math.floor), out(fix.lat - up, Math.floor), out(fix.lon + across, Math.ceil), out(fix.lat + up, Math.ceil)]
}

/** The same question of a checklist; where one of the two has none, a word in common. */
function isSameThing(sought: Sought, { item_id, what }: Recorded): boolean {
  if (sought.item_id && item_id) return sought.item_id === item_id
  return sought.what.some((word) => what.includes(word))
}

function reach({ category, fix }: Sought, { accuracy_m }: Recorded): number {
  return RADIUS_M[category] + Math.min(ACCURACY_CAP_M, (fix?.accuracy_m ?? 0) + (accuracy_m ?? 0))
}

/** Return the metres along the globe; null where a position is not known. */
function metresBetween({ fix }: Sought, { lon, lat }: Recorded): number | null {
  if (fix === null || lon === null || lat === null) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [up, across] = [Math.sin(radians(lat - fix.lat) / 2), Math.sin(radians(lon - fix.lon) / 2)]
  const chord = up * up + Math.cos(radians(lat)) * Math.cos(radians(fix.lat)) * across * across
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}
