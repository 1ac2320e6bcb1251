/** Gather what the first screen shows of the chosen grid: doors, the way through them, hazards that wait, premises. */
import { computed, ref, watch } from 'vue'
import { countDoors, doorOf, nextDoor, roundFrom, stopsOf } from '@/core/doors'
import { dueIn, refusalOf } from '@/core/lifecycle'
import { reach } from '@/core/permissions'
import { rules } from '@/core/hazard-conditions'
import type { ShownRow } from '@/core/replay'
import { drawn } from '@/device/first-screen'
import { useLive, useRows } from '@/shell/live'
import { dayOf, useNow } from '@/shell/now'
import { author, here } from '@/sync/here'
import { among, within } from '@/sync/shown-rows'

type Hazard = ShownRow<'hazard'>
/** From here on a deadline is near, as in parts/time-left.ts. */
const SOON_DAYS = 3
const KEPT = 'today.grid'

export function useToday() {
  const now = useNow()
  const today = computed(() => dayOf(now.value))
  const round_on = computed(() => roundFrom(today.value))
  const chosen = ref<string | null>(null)
  const pulled = useLive((database) => database.cursor.get('pull').then((cursor) => cursor ?? null))
  const prefixes = computed(() => (author.value ? reach(author.value, today.value, 'visit').prefixes : []))
  // Asked by area and not by grid: so nothing has to be known of the grids first, and all comes in one answer.
  const rows = useRows(() => {
    const areas = chosen.value ? [chosen.value] : prefixes.value
    return {
      ...{ grid: true, community: true },
      building: (database) => within(database.building, 'grid_code', areas),
      household: (database) => within(database.household, 'grid_code', areas),
      premises: (database) => within(database.premises, 'grid_code', areas),
      visit: (database) => within(database.visit, 'grid_code', areas),
      hazard: (database) => among(database.hazard, 'stage', rules.open_stages),
    }
  })
  const grids = computed(() => (rows.value.value?.grid ?? []).filter((grid) => grid.retired_on === null && prefixes.value.some((code) => grid.code.startsWith(code))))
  const grid_codes = computed(() => {
    const codes = grids.value.map((grid) => grid.code)
    return chosen.value && codes.includes(chosen.value) ? [chosen.value] : codes
  })
  // A grid that was chosen once may be gone: then all are shown again.
  watch(grids, (all) => {
    if (rows.value.value && !all.some((grid) => grid.code === chosen.value)) chosen.value = null
  })
  watch(() => here.database, (database) => void database?.recall<string>(KEPT).then((code) => { chosen.value = code ?? null }), { immediate: true })
  function choose(code: string | null): void {
    chosen.value = code
    void here.database?.remember(KEPT, code)
  }
  const inGrid = <R extends { grid_code: string | null }>(all: R[] | undefined) => (all ?? []).filter((row) => grid_codes.value.includes(row.grid_code ?? ''))
  const doors = computed(() => {
    const visits = new Map((rows.value.value?.visit ?? []).map((visit) => [visit.id, visit]))
    return inGrid(rows.value.value?.household).map((household) => doorOf(household, visits.get(household.last_visit?.id ?? ''), round_on.value))
  })
  const buildings = computed(() => inGrid(rows.value.value?.building))
  const stops = computed(() => stopsOf(buildings.value, doors.value))
  const hazards = computed(() => waitingFor(rows.value.value?.hazard ?? [], now.value))
  const is_read = computed(() => rows.value.value !== undefined)
  watch(is_read, drawn, { flush: 'post' })
  const drafts = useLive((database) => database.drafts.where('kind').equals('visit').toArray())

  return {
    ...{ now, today, round_on, grids, grid_codes, chosen, choose, doors, buildings, stops, hazards },
    communities: computed(() => rows.value.value?.community ?? []),
    counts: computed(() => countDoors(doors.value)),
    next: computed(() => nextDoor(stops.value, now.value)),
    premises: computed(() => inGrid(rows.value.value?.premises).sort((one, other) => (one.last_visit?.ended_at ?? '').localeCompare(other.last_visit?.ended_at ?? ''))),
    drafts: computed(() => drafts.value.value ?? []),
    is_read,
    /** False until the first pull has brought everything. */
    is_pulled: computed(() => Boolean(pulled.value.value?.completed_at)),
    failure: rows.failure,
  }
}

/** Return the open hazards that wait for this person: to re-inspect first, then what is near or past its day. */
function waitingFor(hazards: readonly Hazard[], now: Date): { to_reinspect: Hazard[]; due_soon: Hazard[] } {
  const person = author.value
  const at = now.toISOString()
  if (!person) return { to_reinspect: [], due_soon: [] }
  const to_reinspect = hazards.filter((hazard) => hazard.stage === 'submitted' && refusalOf(hazard, 'pass_reinspection', person, null, at) === null)
  const days = (hazard: Hazard) => dueIn(hazard, at) ?? Number.POSITIVE_INFINITY
  const due_soon = hazards.filter((hazard) => !to_reinspect.includes(hazard) && days(hazard) <= SOON_DAYS).sort((one, other) => days(one) - days(other))
  return { to_reinspect, due_soon }
}
