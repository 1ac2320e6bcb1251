/** Name places by their codes, from the communities and grids that this desk holds. */
import { computed, type ComputedRef } from 'vue'
import type { CommunityRow, GridRow } from '@/core/types'
import { useRows } from '@/shell/live'
import { here } from '@/sync/here'
import { speak } from '@/words/dictionary'
import officeWords from '@/words/office'

const t = speak(officeWords)

/** What a page needs of a grid or community to name and offer it. */
export type NamedPlace = { code: string; name: string }

/** Return the full name of a place: 和平 第1网格; undefined when the desk does not hold it. */
export function fullName(
  code: string,
  communities: readonly Pick<CommunityRow, 'code' | 'name'>[],
  grids: readonly Pick<GridRow, 'code' | 'name'>[],
): string | undefined {
  const community = communities.find((row) => row.code === code.slice(0, 12))?.name
  if (code.length < 15) return community
  const grid = grids.find((row) => row.code === code)?.name
  return grid && community ? `${community} ${grid}` : grid
}

export type PlaceNames = {
  communities: ComputedRef<CommunityRow[]>
  /** In use today. */
  grids: ComputedRef<GridRow[]>
  /** The name, or the code where nothing is known of it. */
  nameOf: (code: string) => string
  loaded: ComputedRef<boolean>
}

/** Follow the names of the places within reach. */
export function usePlaceNames(): PlaceNames {
  const { value: rows } = useRows(() => ({ community: true, grid: true }))
  const communities = computed(() => [...((rows.value?.community as CommunityRow[] | undefined) ?? [])].sort(byCode))
  const all = computed(() => [...((rows.value?.grid as GridRow[] | undefined) ?? [])].sort(byCode))
  const grids = computed(() => all.value.filter((grid) => grid.retired_on === null))
  function nameOf(code: string): string {
    const tenant = here.me?.tenant
    if (tenant && code === tenant.code) return tenant.name
    return fullName(code, communities.value, all.value) ?? t('unnamed_place', { code })
  }
  return { communities, grids, nameOf, loaded: computed(() => rows.value !== undefined) }
}

function byCode(one: NamedPlace, other: NamedPlace): number {
  return one.code < other.code ? -1 : 1
}
