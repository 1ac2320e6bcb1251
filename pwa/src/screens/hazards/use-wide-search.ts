/** Search on the server, where an area holds more hazards than a phone carries: the list of the phone would find nothing. */
import { computed, onScopeDispose, type Ref, ref, watch } from 'vue'
import type { HazardRow } from '@/core/types'
import { useAnswer } from '../office/use-answer'
import { askedOf, type Filter } from './choose'

/** Fewer letters would match nearly everything. */
const LETTERS_LEAST = 2
const MOST = 30
/** Words come letter by letter: one question is asked of them. */
const SETTLE_MS = 350

/** `isAsked` once there are words enough; then `found` is undefined until the server has answered, and `failure` says why it did not. */
export function useWideSearch(isWide: Ref<boolean | undefined>, filter: Ref<Filter>) {
  const settled = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  const words = computed(() => filter.value.words.trim())
  watch(words, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => { settled.value = now }, SETTLE_MS)
  })
  onScopeDispose(() => clearTimeout(timer))
  const isAsked = computed(() => isWide.value === true && words.value.length >= LETTERS_LEAST)
  const path = computed(() => {
    if (!isAsked.value || settled.value.length < LETTERS_LEAST) return null
    return `/api/hazards?${askedOf(filter.value)}&q=${encodeURIComponent(settled.value)}&limit=${MOST}`
  })
  const answer = useAnswer<{ hazards: HazardRow[]; total: number }>(() => path.value)
  return { isAsked, found: answer.value, failure: answer.failure }
}
