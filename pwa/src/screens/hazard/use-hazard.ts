/** Follow one hazard with its place: from this phone, or from the server when it is not among the rows carried along. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import { replay, type ShownRow } from '@/core/replay'
import type { HazardRow, HouseholdRow, Id, Mutation, PremisesRow } from '@/core/types'
import { askJson } from '@/device/server'
import { useEdition } from '@/shell/edition'
import { useLive, useRows } from '@/shell/live'
import { waiting } from '@/shell/waiting'
import { author, here, server } from '@/sync/here'

type Place = HouseholdRow | PremisesRow
/** Where to go: the door's or premises' own point, else the circle of the report with how wide it is. */
export type Target = { lon: number; lat: number; accuracy_m: number | null }

/** `state` says what to show instead of a hazard; `failure` is what the server or the database answered. */
export function useHazard(id: Ref<Id>) {
  const rows = useRows(() => {
    // Read here, not in the search: so another id asks again.
    const wanted = id.value
    return { hazard: (database) => database.hazard.where('id').equals(wanted) }
  })
  const fetched = shallowRef<HazardRow | null>(null)
  const failure = shallowRef<unknown>(null)
  const edition = useEdition()
  const local = computed(() => rows.value.value?.hazard?.find((row) => row.id === id.value))
  const isRead = computed(() => rows.value.value !== undefined)

  async function ask(): Promise<void> {
    if (!isRead.value || local.value || !here.me) return
    const asked = id.value
    try {
      const answer = await askJson<{ hazard: HazardRow }>(server, { path: `/api/hazards/${encodeURIComponent(asked)}` })
      if (asked === id.value) [fetched.value, failure.value] = [answer.hazard, null]
    } catch (error) {
      if (asked === id.value) failure.value = error
    }
  }
  watch(id, () => {
    fetched.value = null
    failure.value = null
  })
  watch([id, isRead, local, edition], () => void ask(), { immediate: true })

  const hazard = computed((): ShownRow<'hazard'> | null => {
    if (local.value) return local.value
    const by = author.value
    if (!fetched.value || fetched.value.id !== id.value || !by) return null
    const shown = replay(
      { hazard: [fetched.value] },
      waiting.value.mutations.filter((one) => one.shows === 1),
      by,
    )
    return shown.hazard?.[0] ?? null
  })
  const ground = useLive(
    async (database) => {
      const { place_id = null, place_kind } = hazard.value ?? {}
      if (!place_id || !place_kind || place_kind === 'none') return { place_id, place: null, building: null }
      const place = ((await database.table(place_kind).get(place_id)) as Place | undefined) ?? null
      const building = place && 'building_id' in place ? ((await database.building.get(place.building_id)) ?? null) : null
      return { place_id, place, building }
    },
    () => hazard.value?.place_id,
  )
  const place = computed(() => ground.value.value?.place)
  const target = computed((): Target | null => {
    const [known, of] = [ground.value.value, hazard.value]
    // Nobody is led to the report's circle while the place's own point is still being read.
    if (!of || !known || known.place_id !== of.place_id) return null
    const point = known.place && 'lon' in known.place ? known.place : known.building
    if (point) return { lon: point.lon, lat: point.lat, accuracy_m: null }
    // At a place that this phone does not know, the position of the report is the next best.
    return of.lon !== null && of.lat !== null ? { lon: of.lon, lat: of.lat, accuracy_m: of.accuracy_m } : null
  })
  const refused = computed(() => waiting.value.mutations.filter((one) => isRefusedHere(one, id.value)))
  const unsent = computed(() => waiting.value.mutations.filter((one) => hazard.value?.unsent?.includes(one.id)))
  return { hazard, place, target, refused, unsent, failure: computed(() => failure.value ?? rows.failure.value), ask, isRead }
}

function isRefusedHere(mutation: Mutation, id: Id): boolean {
  const { hazard_id, duplicate_of } = mutation.args as { hazard_id?: Id; duplicate_of?: Id }
  return (hazard_id === id || duplicate_of === id) && mutation.state === 'refused' && mutation.settled_at === null
}
