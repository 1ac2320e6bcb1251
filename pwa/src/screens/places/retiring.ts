/** Say before a grid is retired what would go with it, what it still lacks, and who takes its ground. */
import { open_stages } from '@/core/rulebook.json'
import type { BuildingRow, Day, GridRow, HazardRow, HouseholdRow, PremisesRow } from '@/core/types'

const open: string[] = open_stages
const COMMUNITY_DIGITS = 12

export type Retiring = { code: string; retired_on: Day | ''; standing: readonly string[]; new_codes: string }
export type Lacking = 'grid_missing' | 'day_missing' | 'not_yet' | 'too_early' | 'new_codes_wrong' | 'no_successor'
export type Held = { buildings: number; doors: number; premises: number; hazards: number }
export type Rows = {
  building: readonly Pick<BuildingRow, 'grid_code'>[]
  household: readonly Pick<HouseholdRow, 'grid_code'>[]
  premises: readonly Pick<PremisesRow, 'grid_code'>[]
  hazard: readonly Pick<HazardRow, 'grid_code' | 'stage'>[]
}

/** Return the codes that were typed, each once, in their order; full-width digits count. */
export function codesIn(typed: string): string[] {
  return [...new Set(typed.normalize('NFKC').split(/[\s,、;]+/).filter(Boolean))]
}

/** Return the codes of all grids that take the ground: those that stand first, as the server reads them. */
export function successors({ standing, new_codes, code }: Pick<Retiring, 'standing' | 'new_codes' | 'code'>): string[] {
  return [...new Set([...standing, ...codesIn(new_codes)])].filter((each) => each !== code)
}

/** Return the first thing that the server would refuse; null when nothing is missing. */
export function lacking(wanted: Retiring, grid: Pick<GridRow, 'effective_on'> | undefined, held: Held | null, today: Day): Lacking | null {
  if (!/^\d{15}$/.test(wanted.code)) return 'grid_missing'
  if (!wanted.retired_on) return 'day_missing'
  if (wanted.retired_on > today) return 'not_yet'
  if (grid && wanted.retired_on < grid.effective_on) return 'too_early'
  const community = wanted.code.slice(0, COMMUNITY_DIGITS)
  if (codesIn(wanted.new_codes).some((each) => !/^\d{15}$/.test(each) || !each.startsWith(community))) return 'new_codes_wrong'
  if (held && held.buildings + held.premises > 0 && successors(wanted).length === 0) return 'no_successor'
  return null
}

/** Return what lies in a grid now. */
export function heldBy(code: string, rows: Rows): Held {
  const within = <R extends { grid_code: string | null }>(each: readonly R[]) => each.filter((row) => row.grid_code === code)
  return {
    buildings: within(rows.building).length,
    doors: within(rows.household).length,
    premises: within(rows.premises).length,
    hazards: within(rows.hazard).filter((row) => open.includes(row.stage)).length,
  }
}
