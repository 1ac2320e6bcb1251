/** Follow one hazard with its place: from this phone, or from the server when it is not among the rows carried along. */
import { computed, shallowRef, watch, type Ref } from 'vue'
import { replay, type ShownRow } from '@/core/replay'
import type { HazardRow, HouseholdRow, Id, Mutation, PremisesRow } from '@/core/types'
import { askJson } from '@/device/server'
import { useLive, useRows } from '@/shell/live'
import { waiting } from '@/shell/waiting'
import { author, here, server } from '@/sync/here'

type Place = HouseholdRow | PremisesRow

/** `state` says what to show instead of a hazard; `failure` is what the server or the database answered. */
export function useHazard(id: Ref<Id>) {
  const rows = useRows(() => ({
    hazard: (database) => database.hazard.where('id').equals(id.value),
  }))
  const fetched = shallowRef<HazardRow | null>(null)
  const failure = shallowRef<unknown>(null)
  const pulls = useLive((database) => database.cursor.get('pull'))
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
  watch([id, isRead, local, () => pulls.value.value?.cursor], () => void ask(), { immediate: true })

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
  const place = useLive(
    async (database): Promise<Place | null> => {
      const { place_id, place_kind } = hazard.value ?? {}
      if (!place_id || !place_kind || place_kind === 'none') return null
      return ((await database.table(place_kind).get(place_id)) as Place | undefined) ?? null
    },
    () => hazard.value?.place_id,
  )
  const refused = computed(() => waiting.value.mutations.filter((one) => isRefusedHere(one, id.value)))
  const unsent = computed(() => waiting.value.mutations.filter((one) => hazard.value?.unsent?.includes(one.id)))
  return { hazard, place: place.value, refused, unsent, failure: computed(() => failure.value ?? rows.failure.value), ask, isRead }
}

function isRefusedHere(mutation: Mutation, id: Id): boolean {
  const named = (mutation.args as { hazard_id?: Id }).hazard_id
  return named === id && mutation.state === 'refused' && mutation.settled_at === null
}
