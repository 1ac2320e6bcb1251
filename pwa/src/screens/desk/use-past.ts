/** Follow which past day the desk looks at: in its address, asked of the server, and played week by week. */
import { computed, onScopeDispose, type Ref, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Day } from '@/core/types'
import { askJson } from '@/device/server'
import { dayOf, daysLater } from '@/shell/now'
import { here, server } from '@/sync/here'
import { askedOf } from '../hazards/choose'
import { askCoverage, type DeskData } from './desk-data'
import type { DeskFilter } from './filter'
import { dayIn, type PastAnswer } from './past'

/** Whoever drags passes many days: only where they stay is asked. */
const SETTLE_MS = 120
/** How long each week is looked at while it plays. */
const PLAY_MS = 1100
const WEEK = 7

type Days = { first_on: Day | null; last_on: Day }
type Shown = { on: Day; past: PastAnswer; coverage: DeskData['coverage'] }

export function usePast(filter: Ref<DeskFilter>, now: Ref<Date>) {
  const route = useRoute()
  const router = useRouter()
  const today = computed(() => dayOf(now.value))
  /** The day that is asked for; empty while it is today. */
  const on = ref<Day | ''>(pastDay(route.query.on))
  const isOpen = ref(on.value !== '')
  const days = shallowRef<Days | null>(null)
  const shown = shallowRef<Shown | null>(null)
  const failure = shallowRef<unknown>(null)
  const isPlaying = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let playing: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  function pastDay(text: unknown): Day | '' {
    const day = dayIn(text)
    return day !== null && day < today.value ? day : ''
  }

  async function askDays(): Promise<void> {
    failure.value = null
    try {
      days.value = await askJson<Days>(server, { path: '/api/hazard-map/days' })
      const first = days.value.first_on
      if (first && on.value && on.value < first) choose(first)
    } catch (error) {
      failure.value = error
    }
  }
  watch(
    [isOpen, () => here.database],
    () => {
      if (isOpen.value && here.database && !days.value?.first_on) void askDays()
    },
    { immediate: true },
  )

  const question = computed(() => {
    if (!on.value || !here.database) return null
    const asked = askedOf(filter.value)
    if (filter.value.place_code) asked.set('place_code', filter.value.place_code)
    asked.set('on', on.value)
    return `/api/hazard-map/past?${asked}`
  })
  async function ask(): Promise<void> {
    turn += 1
    const mine = turn
    const [path, day] = [question.value, on.value]
    if (!path || !day) return
    failure.value = null
    try {
      const past = await askJson<PastAnswer>(server, { path })
      if (mine !== turn) return
      shown.value = { on: day, past, coverage: shown.value?.on === day ? shown.value.coverage : null }
      const coverage = await askCoverage(day).catch(() => null)
      if (mine === turn) shown.value = { on: day, past, coverage }
    } catch (error) {
      if (mine !== turn) return
      // Another day's figures under this day's name would be a lie.
      shown.value = null
      failure.value = error
      isPlaying.value = false
    }
  }
  watch(
    question,
    (path, before) => {
      clearTimeout(timer)
      if (!path) {
        turn += 1
        shown.value = null
        failure.value = null
        return
      }
      timer = setTimeout(() => void ask(), before ? SETTLE_MS : 0)
    },
    { immediate: true },
  )

  /** Look at a day; today and what is no past day lead back to what is live. */
  function choose(day: Day | ''): void {
    on.value = pastDay(day)
    if (!on.value) isPlaying.value = false
  }
  watch(on, (day) => {
    if (pastDay(route.query.on) !== day) void router.replace({ query: { ...route.query, on: day || undefined } })
  })
  watch(() => route.query.on, (text) => {
    const day = pastDay(text)
    if (day === on.value) return
    on.value = day
    if (day) isOpen.value = true
  })
  function toggle(): void {
    isOpen.value = !isOpen.value
    if (!isOpen.value) choose('')
  }

  function play(): void {
    isPlaying.value = !isPlaying.value
    if (isPlaying.value && !on.value) choose(days.value?.first_on ?? '')
  }
  // The next week only once this one is there, however long that takes.
  watch([isPlaying, shown], () => {
    clearTimeout(playing)
    if (!isPlaying.value || shown.value?.on !== on.value) return
    playing = setTimeout(() => choose(daysLater(on.value || today.value, WEEK)), PLAY_MS)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    clearTimeout(playing)
    turn += 1
  })
  return { on, isOpen, isPast: computed(() => on.value !== ''), days, shown, failure, isPlaying, today, choose, toggle, play, again: () => (days.value ? ask() : askDays()) }
}
