/** Find the door to knock at next: the same staircase first, going down, then the other units of the building. */
import type { HouseholdRow, Id } from './types'

type Door = Pick<HouseholdRow, 'id' | 'unit' | 'floor' | 'room' | 'last_visit'>

function byWay(one: Door, other: Door): number {
  return one.unit.localeCompare(other.unit, 'zh', { numeric: true }) || other.floor - one.floor || one.room.localeCompare(other.room, 'zh', { numeric: true })
}

/** Return the next door of the building that has no result yet, behind the given one and round the corner; null when all have. */
export function nextDoor<D extends Door>(doors: readonly D[], current_id: Id): D | null {
  const inOrder = [...doors].sort(byWay)
  const at = inOrder.findIndex((door) => door.id === current_id)
  return [...inOrder.slice(at + 1), ...inOrder.slice(0, Math.max(0, at))].find((door) => door.last_visit === null) ?? null
}
