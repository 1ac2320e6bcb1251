/** Find what may be recorded already: an open hazard of the same kind at the same place, or near by. Never a reason to refuse. */
import { rules } from './hazard-conditions'
import { twin_accuracy_m, twin_radius_m } from './rulebook.json'
import type { Fix, HazardRow, Id } from './types'

const EARTH_M = 6_371_008.8

/** What is about to be recorded. */
export type Sought = Pick<HazardRow, 'place_kind' | 'category' | 'what'> & { id: Id; place_id?: Id | null; item_id?: string | null; fix: Pick<Fix, 'lon' | 'lat' | 'accuracy_m'> | null }
/** Where a hazard stands, as far as it can be compared. */
export type Spot = Pick<HazardRow, 'place_kind' | 'category' | 'lon' | 'lat' | 'accuracy_m'> & { place_id?: Id | null }
type Recorded = Spot & Pick<HazardRow, 'id' | 'stage' | 'item_id' | 'what'>
/** `metres` is null at one and the same place. */
export type Twin<H> = { hazard: H; metres: number | null }

/** Return the open hazards that are likely the same one, the nearest first. */
export function twinsOf<H extends Recorded>(sought: Sought, hazards: readonly H[]): Twin<H>[] {
  const open = hazards.filter((hazard) => hazard.id !== sought.id && rules.open_stages.includes(hazard.stage) && isSameThing(sought, hazard))
  const here = { ...sought, lon: null, lat: null, accuracy_m: null, ...sought.fix }
  const twins = open.flatMap((hazard): Twin<H>[] => {
    const between = compare(here, hazard)
    if (between.by === 'place') return between.same ? [{ hazard, metres: null }] : []
    return between.metres !== null && between.metres <= between.radius_m ? [{ hazard, metres: Math.round(between.metres) }] : []
  })
  return twins.sort((one, other) => (one.metres ?? 0) - (other.metres ?? 0))
}

/** Return west, south, east and north of all that could be near, to four places, so that a few steps ask nothing new; null without a position. */
export function boxAround({ fix }: Pick<Sought, 'fix'>): [number, number, number, number] | null {
  if (fix === null) return null
  // Premises of any category may stand near by, each with its own radius.
  const farthest_m = Math.max(...Object.values(twin_radius_m)) + twin_accuracy_m
  const up = (farthest_m / EARTH_M) * (180 / Math.PI)
  const across = up / Math.cos((fix.lat * Math.PI) / 180)
  const out = (degrees: number, round: (value: number) => number) => Number((round(degrees * 1e4) / 1e4).toFixed(4))
  return [out(fix.lon - across, Math.floor), out(fix.lat - up, Math.floor), out(fix.lon + across, Math.ceil), out(fix.lat + up, Math.ceil)]
}

/** The same question of a checklist; where one of the two has none, a word in common. */
function isSameThing(sought: Sought, { item_id, what }: Recorded): boolean {
  if (sought.item_id && item_id) return sought.item_id === item_id
  return sought.what.some((word) => what.includes(word))
}

/** Doors and premises are compared by which they are; what stands in public, also beside premises, by how far apart it is. */
export type Between = { by: 'place'; same: boolean } | { by: 'distance'; metres: number | null; radius_m: number }

/** Return how two spots lie to each other, by the server's table; `metres` is null where one of them has no position. */
export function compare(one: Spot, other: Spot): Between {
  const kinds = [one.place_kind, other.place_kind]
  if (!kinds.includes('none') || kinds.includes('household'))
    return { by: 'place', same: one.place_kind === other.place_kind && Boolean(one.place_id) && one.place_id === other.place_id }
  const unknown_m = Math.min(twin_accuracy_m, (one.accuracy_m ?? 0) + (other.accuracy_m ?? 0))
  return { by: 'distance', metres: metresBetween(one, other), radius_m: Math.max(twin_radius_m[one.category], twin_radius_m[other.category]) + unknown_m }
}

/** Return the metres along the globe; null where a position is not known. */
function metresBetween(one: Spot, { lon, lat }: Spot): number | null {
  if (one.lon === null || one.lat === null || lon === null || lat === null) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const [up, across] = [Math.sin(radians(lat - one.lat) / 2), Math.sin(radians(lon - one.lon) / 2)]
  const chord = up * up + Math.cos(radians(lat)) * Math.cos(radians(one.lat)) * across * across
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}
