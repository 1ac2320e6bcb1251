/** Follow one building: its units, its doors floor by floor, and who is to be returned to. */
import { computed, type Ref } from 'vue'
import { type Door, type DoorLook, doorOf, isLeft, roundFrom, walked } from '@/core/doors'
import type { VisitRow } from '@/core/types'
import { useLive, useRows } from '@/shell/live'
import { dayOf, useNow } from '@/shell/now'

export function useBuilding(id: Ref<string>) {
  const now = useNow()
  const rows = useRows(() => {
    const building_id = id.value
    return {
      building: (database) => database.building.where('id').equals(building_id),
      household: (database) => database.household.where('building_id').equals(building_id),
    }
  })
  const household_ids = computed(() => (rows.value.value?.household ?? []).map((row) => row.id))
  const visitRows = useRows(() => {
    const ids = household_ids.value
    return { visit: (database) => database.visit.where('place_id').anyOf(ids) }
  })
  const visits = computed(() => new Map((visitRows.value.value?.visit ?? []).map((visit) => [visit.id, visit])))
  const building = computed(() => rows.value.value?.building?.find((row) => row.id === id.value) ?? null)
  const doors = computed(() => {
    const round_on = roundFrom(dayOf(now.value))
    const mine = (rows.value.value?.household ?? []).filter((row) => row.building_id === id.value)
    return walked(mine.map((household) => doorOf(household, visits.value.get(household.last_visit?.id ?? ''), round_on)))
  })
  const units = computed(() => {
    const names = [...new Set(doors.value.map((door) => door.household.unit))]
    return names.map((name) => {
      const all = doors.value.filter((door) => door.household.unit === name)
      return { name, all: all.length, done: all.filter((door) => door.look !== 'unvisited').length, left: all.filter(isLeft).length }
    })
  })
  const drafts = useLive((database) => database.drafts.where('kind').equals('visit').toArray())
  return {
    ...{ now, building, doors, units, visits },
    visitOf: (door: Door): VisitRow | undefined => visits.value.get(door.household.last_visit?.id ?? ''),
    drafted: computed(() => new Set((drafts.value.value ?? []).map((draft) => draft.subject_id))),
    is_read: computed(() => rows.value.value !== undefined),
    failure: rows.failure,
  }
}

export type Row = { floor: number; part: number; doors: Door[] }

/** Return the floors from the top down; a floor with more doors than fit beside each other takes several rows. */
export function rowsOf(doors: readonly Door[], columns: number): Row[] {
  const floors = [...new Set(doors.map((door) => door.household.floor))].sort((one, other) => other - one)
  return floors.flatMap((floor) => {
    const all = doors.filter((door) => door.household.floor === floor)
    return Array.from({ length: Math.ceil(all.length / columns) }, (_, part) => ({ floor, part, doors: all.slice(part * columns, (part + 1) * columns) }))
  })
}

/** Return the doors to come back to, appointments first, each in the order of its time. */
export function revisitsOf(doors: readonly Door[]): Door[] {
  const when = (door: Door) => door.revisit?.at ?? (door.revisit?.on ? `${door.revisit.on}T23` : '~')
  return doors.filter((door) => door.look === 'no_answer').sort((one, other) => when(one).localeCompare(when(other)))
}

export const isDone = (look: DoorLook): boolean => look !== 'unvisited'
