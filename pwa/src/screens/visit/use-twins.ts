/** Follow which open hazards may be the one that is being recorded; needs no network, but for an area of more hazards than a phone carries. */
import { computed, watch } from 'vue'
import { type Sought, twinsOf } from '@/core/twins'
import type { FindingForm } from '@/core/visit-form'
import { useOpenNear } from './use-open-near'

/** A choice that no longer fits what is recorded is taken back, so that no note goes to a hazard of another kind. */
export function useTwins(sought: () => Sought | null, finding: () => FindingForm | null) {
  const { rows, unlooked } = useOpenNear(sought)
  const twins = computed(() => {
    const of = sought()
    return of ? twinsOf(of, rows.value ?? []) : []
  })
  const joined = computed(() => twins.value.find(({ hazard }) => hazard.id === finding()?.joins)?.hazard ?? null)
  watch([twins, rows], ([now, known]) => {
    const form = finding()
    if (known && !unlooked.value && form?.joins && !now.some(({ hazard }) => hazard.id === form.joins)) form.joins = null
  })
  return { twins, joined, unlooked }
}
export type Twins = ReturnType<typeof useTwins>
