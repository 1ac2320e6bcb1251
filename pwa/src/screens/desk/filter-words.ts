/** Say in words what a filter lets through: on paper nobody can look at the buttons. */
import type { Bilingual } from '@/core/types'
import { wordsOf } from '../hazards/look'
import type { DeskFilter } from './filter'

/** Something that has a word of the desk's own, or is called so by the rulebook, or is said as it is. */
export type FilterWord = { own: 'any_stage' | 'ended' | 'only_overdue' | 'only_mine' } | { label: Bilingual } | { text: string }

/** Return every filter that holds; `place` is the name of the chosen community or grid. */
export function filterWords({ stages, category, overdue, words, place_code, to_do }: DeskFilter, place: string): FilterWord[] {
  const found: FilterWord[] = [
    stages === 'open' ? { own: 'any_stage' } : stages === 'ended' ? { own: 'ended' } : { label: wordsOf('stage', stages) },
  ]
  if (overdue) found.push({ own: 'only_overdue' })
  if (to_do) found.push({ own: 'only_mine' })
  if (category) found.push({ label: wordsOf('category', category) })
  if (place_code) found.push({ text: place || place_code })
  if (words.trim()) found.push({ text: `“${words.trim()}”` })
  return found
}
