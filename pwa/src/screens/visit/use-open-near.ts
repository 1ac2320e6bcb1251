/** Follow the open hazards that may be the one in question: those on this phone, and where its area holds too many for it, those that the server names. */
import { computed, shallowRef, watch } from 'vue'
import { rules } from '@/core/hazard-conditions'
import { boxAround, type Sought } from '@/core/twins'
import type { HazardRow } from '@/core/types'
import { useAnswer } from '@/screens/office/use-answer'
import { useWide } from '@/shell/left-out'
import { useRows } from '@/shell/live'
import { among } from '@/sync/shown-rows'

/** `rows` is undefined until the phone has looked at what it holds. `unlooked`: the server had to be asked, and did not answer. */
export function useOpenNear(sought: () => Sought | null) {
  // Null where nothing is sought; '' in public, and at premises of which a position is known: there distance may decide, too.
  const place = computed(() => {
    const of = sought()
    return of && (of.place_kind === 'household' || !of.fix ? (of.place_id ?? '') : '')
  })
  const isWide = useWide()
  const live = useRows(() => {
    const place_id = place.value
    if (place_id) return { hazard: (database) => database.hazard.where('place_id').equals(place_id) }
    return { hazard: (database) => among(database.hazard, 'stage', place_id === null ? [] : rules.open_stages) }
  })
  const path = computed(() => {
    const of = sought()
    return isWide.value && of ? addressOf(of) : null
  })
  const answer = useAnswer<{ hazards: HazardRow[] }>(() => path.value)
  // The server names the sixty due first: in a crowd of other kinds, those of the same kind are asked for by themselves.
  const alike = useAnswer<{ hazards: HazardRow[] }>(() => (path.value?.includes('bbox=') ? `${path.value}&category=${sought()?.category}` : null))
  // Kept while another question is on its way: what was found near by does not vanish with each step of the walker.
  const told = shallowRef<HazardRow[]>([])
  watch([answer.value, alike.value], ([near, same]) => {
    if (near) told.value = [...near.hazards, ...(same?.hazards ?? []).filter(({ id }) => !near.hazards.some((row) => row.id === id))]
  })
  const rows = computed((): HazardRow[] | undefined => {
    const own = live.value.value?.hazard
    // This phone's own records are newer than what the server knows of them.
    return own && (path.value ? [...own, ...told.value.filter(({ id }) => !own.some((row) => row.id === id))] : own)
  })
  const unlooked = computed(() => path.value !== null && answer.value.value === undefined && answer.failure.value !== null)
  return { rows, unlooked }
}

/** Where to ask; null while nothing is known that one could ask by. */
function addressOf(of: Sought): string | null {
  if (of.what.length === 0 && !of.item_id) return null
  if (of.place_kind !== 'none') return of.place_id ? `/api/hazards?stage=open&place_id=${of.place_id}` : null
  const box = boxAround(of)
  return box && `/api/hazard-map/view?stage=open&bbox=${box.join(',')}`
}
