/** Say the names of units, doors and grids as people say them, in either language. */
import type { HouseholdRow } from '@/core/types'
import { preferences } from '@/device/preferences'

/** Return 2单元 / Unit 2; a unit that has a name of its own keeps it. */
export function unitName(unit: string): string {
  const number = /^(\d+)(单元)?$/.exec(unit)?.[1]
  if (!number) return unit
  return preferences.language === 'zh' ? `${number}单元` : `Unit ${number}`
}

/** Return 6层 / Floor 6. */
export function floorName(floor: number, short = false): string {
  if (preferences.language === 'zh') return `${floor}层`
  return short ? `F${floor}` : `Floor ${floor}`
}

/** Return the last word of a building's name, which tells it from its neighbours: 和平花园 3栋 is 3栋. */
export function shortBuilding(name: string): string {
  return name.split(/\s+/).at(-1) ?? name
}

/** Return 3栋 2单元 601. */
export function doorName(household: Pick<HouseholdRow, 'unit' | 'room'>, building?: { name: string } | null, whole = false): string {
  const name = building ? (whole ? building.name : shortBuilding(building.name)) : ''
  return [name, unitName(household.unit), household.room].filter(Boolean).join(' ')
}
