/** Ask the server what is in view, where an area holds more hazards than a phone carries. */
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import { replay } from '@/core/replay'
import type { HazardRow, Id } from '@/core/types'
import { askJson } from '@/device/server'
import type { MapView } from '@/parts/map-types'
import type { Bounds } from '@/parts/projection'
import { useEdition } from '@/shell/edition'
import { useWide } from '@/shell/left-out'
import { waiting } from '@/shell/waiting'
import { author, server } from '@/sync/here'
import { askedOf, type Filter } from '../hazards/choose'
import type { Hazard } from '../hazards/look'

type Answer = { bounds: Bounds | null; grids: number; total: number; overdue: number; hazards: HazardRow[] }
/** The map moves and news come in flurries: one question answers them all. */
const SETTLE_MS = 250
/** A flurry that does not end is answered, too. */
const AT_MOST_MS = 1000

/** `isWide` is undefined until it is known; all else is empty unless it is true. `edition` changes with every change within reach. */
export function useView(view: Ref<MapView | null>, filter: Ref<Filter>) {
  const isWide = useWide()
  const edition = useEdition()
  const answer = shallowRef<Answer | null>(null)
  const picked = shallowRef<HazardRow | null>(null)
  const failure = shallowRef<unknown>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let unasked_since_ms: number | null = null
  let last = ''

  const path = computed(() => {
    const asked = askedOf(filter.value)
    const area = answer.value?.bounds
    // The whole area needs no box: this is what was asked first.
    if (view.value && area && !encloses(view.value.bounds, area)) asked.set('bbox', view.value.bounds.join(','))
    return `/api/hazard-map/view?${asked}`
  })
  async function ask(): Promise<void> {
    const [asked, of] = [path.value, edition.value]
    if (`${asked} ${of}` === last) return
    last = `${asked} ${of}`
    try {
      const found = await askJson<Answer>(server, { path: asked })
      if (asked !== path.value) return
      answer.value = found
      failure.value = null
    } catch (error) {
      last = ''
      failure.value = error
    }
  }
  function settle(): void {
    unasked_since_ms ??= performance.now()
    const left_ms = unasked_since_ms + AT_MOST_MS - performance.now()
    timer = setTimeout(() => {
      unasked_since_ms = null
      void ask()
    }, Math.min(SETTLE_MS, Math.max(0, left_ms)))
  }
  watch(
    [isWide, path, edition],
    () => {
      clearTimeout(timer)
      if (!isWide.value) return
      if (answer.value === null) void ask()
      else settle()
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))

  /** Fetch the hazard that a tile calls by a number; it joins the list until another one is. */
  async function pick(number: string): Promise<Id | null> {
    const listed = answer.value?.hazards.find((row) => String(row.fid) === number)
    if (listed) return listed.id
    try {
      const { id } = await askJson<{ id: Id }>(server, { path: `/api/hazard-map/hazards/${number}` })
      picked.value = (await askJson<{ hazard: HazardRow }>(server, { path: `/api/hazards/${id}` })).hazard
      return id
    } catch (error) {
      failure.value = error
      return null
    }
  }
  const hazards = computed((): Hazard[] => {
    const extra = picked.value
    const listed = answer.value?.hazards ?? []
    const rows = extra && !listed.some((row) => row.id === extra.id) ? [extra, ...listed] : listed
    const by = author.value
    return by ? (replay({ hazard: rows }, waiting.value.mutations.filter((one) => one.shows === 1), by).hazard ?? []).filter((row) => rows.some(({ id }) => id === row.id)) : []
  })
  return { isWide, edition, answer, hazards, failure, pick }
}

function encloses([west, south, east, north]: Bounds, inner: Bounds): boolean {
  return west <= inner[0] && south <= inner[1] && inner[2] <= east && inner[3] <= north
}
