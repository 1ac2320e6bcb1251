/** Keep the desk's rows and figures fresh: asked of the server at every change it tells of, kept for reading without a network. */
import { computed, onScopeDispose, type Ref, shallowRef, watch } from 'vue'
import { replay } from '@/core/replay'
import type { Day, GridRow, HazardRow, Id, Instant } from '@/core/types'
import { askJson } from '@/device/server'
import { useEdition } from '@/shell/edition'
import { useRows } from '@/shell/live'
import { mayAnywhere, postingsToday } from '@/shell/permits'
import { waiting } from '@/shell/waiting'
import { author, here, server } from '@/sync/here'
import { heldBy, type WaitingAnswer } from '../devices/waiting'
import { type Hazard, isOpen } from '../hazards/look'
import { useEvery } from '../office/use-every'
import type { Rate, Summary } from './figures'

const PAGE = 200
/** The most that a desk holds of open and of ended hazards; beyond it the list says that there are more. */
const MOST = 1000
/** News comes in flurries: one question answers them all. */
const SETTLE_MS = 150
/** What phones still hold is asked again while it is something: their last word changes no record that the desk hears of. So is what could not be had. */
const AGAIN_EVERY_MS = 15_000
const KEY = 'desk'

type List = { rows: HazardRow[]; total: number }
type Counted = { numerator: number; denominator: number }
type Coverage = { from_on: string; to_on: string; premises: Counted; grids: { grid_code: string; households: Counted }[] }
export type DeskData = {
  open: List
  ended: List
  summary: Summary | null
  /** Of premises in all, and of the doors of each grid. */
  coverage: (Rate & { from_on: string; to_on: string; doors: Record<string, Rate> }) | null
  /** Null for whoever may not see other people's devices. */
  phones: { records: number; photos: number; phones: number } | null
  as_of: Instant
}

/** Nothing is asked while it is `paused`; what changed meanwhile is asked for afterwards. */
export function useDeskData(paused: Ref<boolean>) {
  const answer = shallowRef<DeskData | null>(null)
  const failure = shallowRef<unknown>(null)
  const rows = useRows(() => ({ hazard: true, grid: true, community: true }))
  const edition = useEdition()
  let asking: Promise<void> | null = null
  let again = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    again = true
    asking ??= (async () => {
      while (again) {
        again = false
        await once()
      }
      asking = null
    })()
    return asking
  }
  async function once(): Promise<void> {
    const { database, me } = here
    if (!database || !me) return
    try {
      const fresh = await askAll()
      if (here.database !== database) return
      answer.value = fresh
      failure.value = null
      await database.remember(KEY, fresh)
    } catch (error) {
      failure.value = error
      answer.value ??= (await database.recall<DeskData>(KEY)) ?? null
    }
  }
  watch(
    [() => here.database, edition, paused],
    () => {
      clearTimeout(timer)
      if (paused.value) return
      timer = setTimeout(() => void ask(), SETTLE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  useEvery(AGAIN_EVERY_MS, () => {
    if (paused.value) return
    if (failure.value) void ask()
    else if (answer.value?.phones?.phones) void againPhones()
  })
  async function againPhones(): Promise<void> {
    const phones = await askPhones().catch(() => undefined)
    if (phones !== undefined && answer.value) answer.value = { ...answer.value, phones }
  }

  const hazards = computed((): Hazard[] | null => {
    const listed = [...(answer.value?.open.rows ?? []), ...(answer.value?.ended.rows ?? [])]
    if (!answer.value && !rows.value.value) return null
    return merged(listed, rows.value.value?.hazard ?? [])
  })
  const open = computed(() => hazards.value?.filter(isOpen) ?? null)
  /** Whether every hazard is among the rows, so that figures may be counted from them. */
  const isComplete = computed(
    () => answer.value !== null && [answer.value.open, answer.value.ended].every((list) => list.rows.length >= list.total),
  )
  const grids = computed(() => (rows.value.value?.grid ?? []) as GridRow[])
  const communities = computed(() => rows.value.value?.community ?? [])
  return { answer, failure, hazards, open, grids, communities, isComplete, ask }
}

/** Whichever knows more of a hazard: the server's list, or this desk's rows with its own records on top. */
function merged(listed: HazardRow[], local: Hazard[]): Hazard[] {
  const by = author.value
  const known = new Map<Id, Hazard>(local.map((row) => [row.id, row]))
  const newer = listed.filter((row) => (known.get(row.id)?.revision ?? -1) < row.revision)
  const shown = by
    ? (replay(
        { hazard: newer },
        waiting.value.mutations.filter((one) => one.shows === 1),
        by,
      ).hazard ?? [])
    : newer
  const ids = new Set(newer.map((row) => row.id))
  for (const row of shown) if (ids.has(row.id)) known.set(row.id, row)
  return [...known.values()]
}

async function askAll(): Promise<DeskData> {
  const as_of = new Date().toISOString()
  const [open, ended, summary, coverage, phones] = await Promise.all([
    askList('open', 'deadline'),
    askList('closed,closed_on_site', 'newest'),
    mayAnywhere('view_map') ? askJson<Summary>(server, { path: '/api/hazard-map/summary' }) : null,
    askCoverage(),
    askPhones(),
  ])
  return { open, ended, summary, coverage, phones, as_of }
}

async function askList(stage: string, sort: 'deadline' | 'newest'): Promise<List> {
  const rows: HazardRow[] = []
  let after: string | null = null
  let total = 0
  do {
    const path: string = `/api/hazards?stage=${stage}&sort=${sort}&limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ''}`
    const page: { hazards: HazardRow[]; total: number; next: string | null } = await askJson(server, { path })
    rows.push(...page.hazards)
    total = page.total
    after = page.next
  } while (after && rows.length < MOST)
  return { rows, total }
}

/** Return which part of the premises had been inspected by a day, by default today, since the half-year began. */
export async function askCoverage(until_on?: Day): Promise<DeskData['coverage']> {
  const areas = postingsToday.value.filter((posting) => !posting.premises_id && !posting.department).map((posting) => posting.place_code)
  const [place_code] = [...areas].sort((one, other) => one.length - other.length)
  // Several areas beside each other are no place of which there is one figure.
  if (!place_code || areas.some((area) => !area.startsWith(place_code))) return null
  try {
    const { premises, from_on, to_on, grids } = await askJson<Coverage>(server, { path: `/api/coverage?place_code=${place_code}${until_on ? `&to_on=${until_on}` : ''}` })
    const doors = Object.fromEntries(grids.map(({ grid_code, households }) => [grid_code, { part: households.numerator, whole: households.denominator }]))
    return { part: premises.numerator, whole: premises.denominator, from_on, to_on, doors }
  } catch (error) {
    // Whoever does not reach the whole subdistrict has no such figure; anything else is a failure of the whole.
    if ((error as { status?: number }).status === 404 || (error as { status?: number }).status === 403) return null
    throw error
  }
}

/** Return what devices still hold; null for whoever may not ask. */
async function askPhones(): Promise<DeskData['phones']> {
  if (!mayAnywhere('see_devices')) return null
  const { devices } = await askJson<WaitingAnswer>(server, { path: '/api/devices/waiting' })
  const held = heldBy(devices)
  return { records: held.mutations, photos: held.photos, phones: held.devices }
}
