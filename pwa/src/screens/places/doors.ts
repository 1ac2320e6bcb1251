/** Count the doors of each building by the outcome of their last visit. */
import type { BuildingRow, Day, HouseholdRow, Id, Outcome } from '@/core/types'

type DoorCounts = Record<'doors' | 'entered' | 'no_answer' | 'declined' | 'vacant' | 'other_use' | 'not_visited' | 'vacant_with_evidence' | 'notices' | 'numerator' | 'denominator', number>
type PremisesCounts = Record<'registered' | 'numerator' | 'denominator' | 'visits', number>
/** The answer to GET /api/coverage. */
export type CoverageAnswer = {
  place_code: string
  from_on: Day
  to_on: Day
  households: DoorCounts
  premises: PremisesCounts
  grids: { grid_code: string; households: DoorCounts; premises: PremisesCounts }[]
}

export type BuildingCounts = { id: Id; name: string; address: string; doors: number; outcomes: Record<Outcome | 'not_visited', number> }
const NONE = { entered: 0, no_answer: 0, declined: 0, vacant: 0, other_use: 0, not_visited: 0 }

/** Return the buildings by name, each with all of its doors counted once. */
export function countDoors(
  buildings: readonly Pick<BuildingRow, 'id' | 'name' | 'address'>[],
  households: readonly Pick<HouseholdRow, 'building_id' | 'last_visit'>[],
): BuildingCounts[] {
  const counted = new Map(buildings.map(({ id, name, address }) => [id, { id, name, address, doors: 0, outcomes: { ...NONE } }]))
  for (const { building_id, last_visit } of households) {
    const building = counted.get(building_id)
    if (!building) continue
    building.doors += 1
    building.outcomes[last_visit?.outcome ?? 'not_visited'] += 1
  }
  return [...counted.values()].sort((one, other) => one.name.localeCompare(other.name, 'zh', { numeric: true }))
}
