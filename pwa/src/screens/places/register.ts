/** Arrange the premises register: by category with a total that adds up, by place, by words. */
import { open_stages, places } from '@/core/rulebook.json'
import type { Category, HazardRow, Id, PremisesRow } from '@/core/types'

const open: string[] = open_stages
export const CATEGORIES = Object.keys(places.categories) as Category[]

export type Choice = { category: Category | ''; place_code: string; words: string }
type Placed = Pick<PremisesRow, 'category' | 'grid_code' | 'name' | 'address'>

/** Return the premises of a place and of words in name or address; the category is left to `byCategory`. */
export function within<P extends Placed>(premises: readonly P[], { place_code, words }: Omit<Choice, 'category'>): P[] {
  const wanted = words.trim().toLowerCase()
  return premises.filter((row) => row.grid_code.startsWith(place_code) && `${row.name} ${row.address}`.toLowerCase().includes(wanted))
}

/** Return how many there are of each category, none left out, and in all. */
export function byCategory(premises: readonly Pick<PremisesRow, 'category'>[]): { counts: Record<Category, number>; total: number } {
  const counts = Object.fromEntries(CATEGORIES.map((category) => [category, 0])) as Record<Category, number>
  for (const { category } of premises) counts[category] += 1
  return { counts, total: premises.length }
}

/** Return the open hazards of each place. */
export function openHazards<H extends Pick<HazardRow, 'place_id' | 'stage'>>(hazards: readonly H[]): Map<Id, H[]> {
  const found = new Map<Id, H[]>()
  for (const hazard of hazards) {
    if (hazard.place_id === null || !open.includes(hazard.stage)) continue
    found.set(hazard.place_id, [...(found.get(hazard.place_id) ?? []), hazard])
  }
  return found
}

/** Return n / d for print; a zero denominator has no rate, and nothing is rounded up to 100 %. */
export function rate(numerator: number, denominator: number): string {
  if (denominator === 0) return '—'
  const hundredths = Math.floor((numerator * 10_000) / denominator)
  return `${(hundredths / 100).toFixed(2)}%`
}
