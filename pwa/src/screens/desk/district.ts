/** Draw and name what lies beyond the own subdistrict for whoever reaches that far: as the server's tiles and count have it. */
import { computed, type Ref, shallowRef, watch } from 'vue'
import { type PostedPerson, reach } from '@/core/permissions'
import type { CommunityRow, Day, GridRow } from '@/core/types'
import { serverNow } from '@/device/clock'
import { online } from '@/device/connection'
import { askJson } from '@/device/server'
import type { GridTiles, MapLabel } from '@/parts/map-types'
import { dayOf } from '@/shell/now'
import { here, server } from '@/sync/here'
import { GRID_TILES } from '../hazard-map/tiles'
import type { Summary } from './figures'
import { type Figure, type GridFigure, numbersWithin } from './shades'

/** The lines of more grids than these, drawn from afar, would be all that one sees. */
const LINES_MOST = 400

type Named = { code: string; name: string }
/** Communities as they are chosen from: under the name of their subdistrict where there are several, else under ''. */
export type CommunityGroup = { name: string; communities: Named[] }
type Known = { answer: Ref<{ summary: Summary | null } | null>; grids: Ref<GridRow[]>; communities: Ref<CommunityRow[]> }

/** `isBeyond`: more is to be seen than the own subdistrict. `tiles` are of all grids within reach, null where only the own ones can be drawn. */
export function useDistrict({ answer, grids, communities }: Known) {
  const isBeyond = computed(() => here.me !== null && seesBeyond(here.me, dayOf(serverNow())))
  // Who opens a past day asks for nothing of today; where the grids lie is asked all the same.
  const asked = shallowRef<Summary | null>(null)
  watch([isBeyond, online, answer], () => {
    if (!isBeyond.value || !online.value || answer.value || asked.value) return
    void askJson<Summary>(server, { path: '/api/hazard-map/summary' }).then((summary) => { asked.value = summary }, () => undefined)
  }, { immediate: true })
  const summary = computed(() => (isBeyond.value ? (answer.value?.summary ?? asked.value) : null))
  const edition = computed(() => (online.value ? (summary.value?.grids_edition ?? null) : null))
  const lines = computed(() => linesFrom(summary.value))
  const tiles = computed((): GridTiles | null => (edition.value === null ? null : { ...GRID_TILES, edition: edition.value, lines_from_zoom: lines.value }))
  const bounds = computed(() => summary.value?.bounds ?? null)
  const areas = computed(() => namesOf(grids.value, communities.value, summary.value))
  const groups = computed(() => groupsOf(communities.value, summary.value))
  return { isBeyond, summary, tiles, bounds, areas, groups }
}

/** Are there grids beyond the own subdistrict that this person's map shows? A department has what was referred to it, and none. */
export function seesBeyond({ person, tenant }: { person: PostedPerson; tenant: { code: string } }, on: Day): boolean {
  return reach(person, on, 'view_map').prefixes.some((area) => !area.startsWith(tenant.code))
}

/** Return from which zoom on the lines of grids are drawn. */
export const linesFrom = (summary: Summary | null): number => ((summary?.grids.length ?? 0) > LINES_MOST ? 11.5 : 0)

/** Return the name of each subdistrict with its figure, in the middle of its grids: from afar no grid can be named. */
export function labelsOf(summary: Summary | null, figure: Figure, figures: Record<string, GridFigure>): MapLabel[] {
  const numbers = numbersWithin(figure, figures, 9)
  return (summary?.subdistricts ?? []).flatMap(({ code, name, bounds }) => {
    if (!bounds) return []
    const [west, south, east, north] = bounds
    return [{ name: `${name}  ${numbers[code] ?? ''}`.trim(), lon: (west + east) / 2, lat: (south + north) / 2 }]
  })
}

const byCode = (one: Named, other: Named) => (one.code < other.code ? -1 : 1)

/** Return what each grid is called in full, by its code: with its community, and its subdistrict where there are several. */
export function namesOf(grids: readonly GridRow[], communities: readonly Named[], summary: Summary | null): Record<string, string> {
  const names = new Map([...(summary?.subdistricts ?? []), ...(summary?.communities ?? []), ...communities].map(({ code, name }) => [code, name]))
  const all = [...(summary?.grids ?? []), ...grids]
  const above = (code: string) => [names.get(code.slice(0, 9)), names.get(code.slice(0, 12))]
  return Object.fromEntries(all.map(({ code, name }) => [code, [...above(code), name].filter(Boolean).join(' ')]))
}

/** Return all communities to choose from, in the order of their codes. */
export function groupsOf(own: readonly Named[], summary: Summary | null): CommunityGroup[] {
  const all = [...new Map([...(summary?.communities ?? []), ...own].map(({ code, name }) => [code, { code, name }])).values()].sort(byCode)
  const subdistricts = summary?.subdistricts ?? []
  if (subdistricts.length === 0) return [{ name: '', communities: all }]
  const known = subdistricts.map(({ code, name }) => ({ name, communities: all.filter((each) => each.code.startsWith(code)) }))
  const rest = all.filter(({ code }) => !subdistricts.some((one) => code.startsWith(one.code)))
  return [...known, { name: '', communities: rest }].filter((group) => group.communities.length > 0)
}
