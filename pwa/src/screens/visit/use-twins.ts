/** Follow which open hazards on this phone may be the one that is being recorded; needs no network. */
import { computed, watch } from 'vue'
import { rules } from '@/core/hazard-conditions'
import { type Sought, twinsOf } from '@/core/twins'
import type { FindingForm } from '@/core/visit-form'
import { useRows } from '@/shell/live'
import { among } from '@/sync/shown-rows'

/** A choice that no longer fits what is recorded is taken back, so that no note goes to a hazard of another kind. */
export function useTwins(sought: () => Sought | null, finding: () => FindingForm | null) {
  const place = computed(() => sought()?.place_id ?? null)
  const live = useRows(() => {
    const place_id = place.value
    if (place_id) return { hazard: (database) => database.hazard.where('place_id').equals(place_id) }
    return { hazard: (database) => among(database.hazard, 'stage', rules.open_stages) }
  })
  const twins = computed(() => {
    const of = sought()
    return of ? twinsOf(of, live.value.value?.hazard ?? []) : []
  })
  const joined = computed(() => twins.value.find(({ hazard }) => hazard.id === finding()?.joins)?.hazard ?? null)
  watch([twins, () => live.value.value], ([now, rows]) => {
    const form = finding()
    if (rows && form?.joins && !now.some(({ hazard }) => hazard.id === form.joins)) form.joins = null
  })
  return { twins, joined }
}
export type Twins = ReturnType<typeof useTwins>
