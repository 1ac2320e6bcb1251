/** Follow the place of a visit: its row, building, grid and checklist, and what it is called on its plate. */
import { computed, type Ref, shallowRef, watch } from 'vue'
import { type Checklist } from '@/core/checklist'
import { places } from '@/core/rulebook.json'
import type { BuildingRow, Category, ChecklistRow, CommunityRow, GridRow, HouseholdRow, Id, PremisesRow } from '@/core/types'
import { bodyOf, versionOf } from '@/core/visit-form'
import type { VisitPlace } from '@/core/visit-records'
import type { Database } from '@/device/database'
import { preferences } from '@/device/preferences'
import { rowsOf, useLive } from '@/shell/live'
import { doorName } from '@/shell/place-names'

type PlaceKind = 'household' | 'premises'
export type Ground = {
  household: HouseholdRow | null
  premises: PremisesRow | null
  building: BuildingRow | null
  grid: GridRow | null
  community: CommunityRow | null
  checklists: ChecklistRow[]
}
export type Wanted = { kind: PlaceKind; id: Id; checklist_id: string | null; version: number | null }

/** The template of a kind of place. */
export function checklistFor(category: 'household' | Category): string {
  return category === 'household' ? 'co.household' : places.categories[category].checklist_id
}

async function read(database: Database, { kind, id, checklist_id }: Wanted): Promise<Ground> {
  const found = await rowsOf(database, { [kind]: (d: Database) => d.table(kind).where('id').equals(id) })
  const household = found.household?.find((row) => row.id === id) ?? null
  const premises = found.premises?.find((row) => row.id === id) ?? null
  const building = household ? ((await database.building.get(household.building_id)) ?? null) : null
  const grid_code = (household ?? premises)?.grid_code ?? ''
  const grid = (await database.grid.where('code').equals(grid_code).first()) ?? null
  const community = (await database.community.where('code').equals(grid_code.slice(0, 12)).first()) ?? null
  const template = checklist_id ?? checklistFor(premises?.category ?? 'household')
  return { household, premises, building, grid, community, checklists: await database.checklist.where('id').equals(template).toArray() }
}

/** The words on a door plate: 3栋2单元 601. In elder mode the building stands elsewhere, so that the door fits one line. */
export function plateOf(household: HouseholdRow, building: BuildingRow | null): string {
  return doorName(household, preferences.text === 'elder' ? null : building)
}

export function usePlace(wanted: Ref<Wanted | null>) {
  const live = useLive(
    async (database) => (wanted.value ? read(database, wanted.value) : null),
    () => JSON.stringify(wanted.value),
  )
  // What the form shows stays, should the browser clear its database under it.
  const ground = shallowRef(live.value.value)
  const isGone = (found: Ground | null | undefined) => !found?.household && !found?.premises
  const holds = (id: Id | undefined) => [ground.value?.household?.id, ground.value?.premises?.id].includes(id)
  watch(live.value, (found) => {
    if (!isGone(found) || !holds(wanted.value?.id)) ground.value = found
  }, { flush: 'sync' })
  const row = computed(() => ground.value?.household ?? ground.value?.premises ?? null)
  const place = computed((): VisitPlace | null => {
    const { household, premises } = ground.value ?? {}
    if (household) return { kind: 'household', id: household.id, grid_code: household.grid_code, category: 'household' }
    return premises ? { kind: 'premises', id: premises.id, grid_code: premises.grid_code, category: premises.category } : null
  })
  const plate = computed(() => {
    const { household, premises, building } = ground.value ?? {}
    return household ? plateOf(household, building ?? null) : (premises?.name ?? '')
  })
  /** The whole address, as the stamp of a photo says it. */
  const address = computed(() => {
    const { household, premises, building } = ground.value ?? {}
    return household ? doorName(household, building, true) : (premises?.name ?? '')
  })
  const grid_name = computed(() => `${ground.value?.community?.name ?? ''}${ground.value?.grid?.name ?? ''}`)
  const version = computed(() => {
    const { kind, id, checklist_id, version } = wanted.value ?? { kind: null, id: null, checklist_id: null, version: null }
    if (!kind || !id || !place.value) return undefined
    return versionOf(ground.value?.checklists ?? [], checklist_id ?? checklistFor(place.value.category), version)
  })
  const body = computed((): Checklist | null => bodyOf(version.value))
  return { ground, failure: live.failure, row, place, plate, address, grid_name, version, body }
}
export type PlaceOf = ReturnType<typeof usePlace>
