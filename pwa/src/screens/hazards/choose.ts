/** Choose which hazards a list shows: whose, in which state, and by which words. */
import { rules } from '@/core/hazard-conditions'
import { isOverdue } from '@/core/lifecycle'
import { whyNot } from '@/core/refusals'
import type { Author } from '@/core/replay'
import type { HazardCategory, Stage } from '@/core/types'
import { byUrgency, type Hazard, isOpen } from './look'

export const TABS = ['mine', 'my_grid', 'to_reinspect', 'all'] as const
export type Tab = (typeof TABS)[number]
export type Filter = { stages: 'open' | 'ended' | Stage; category: HazardCategory | ''; overdue: boolean; words: string }
export const EVERYTHING_OPEN: Filter = { stages: 'open', category: '', overdue: false, words: '' }

/** Return the hazards of a tab: mine are those that I reported or worked on, or whose premises are mine. */
export function ofTab(hazards: readonly Hazard[], tab: Tab, person: Author, now: Date): Hazard[] {
  if (tab === 'all') return [...hazards]
  if (tab === 'mine') return hazards.filter((hazard) => isMine(hazard, person))
  if (tab === 'my_grid') return hazards.filter((hazard) => inMyArea(hazard, person))
  return hazards.filter((hazard) => hazard.stage === 'submitted' && canJudge(hazard, person, now))
}

function isMine(hazard: Hazard, person: Author): boolean {
  const keyed = person.postings.some(
    (posting) =>
      (posting.premises_id !== null && posting.premises_id === hazard.place_id) ||
      (posting.department !== null && posting.department === hazard.department),
  )
  return keyed || hazard.reported_by === person.id || hazard.worked_by.includes(person.id)
}

function inMyArea(hazard: Hazard, person: Author): boolean {
  const named = [hazard.place_code, ...hazard.grid_candidates]
  return person.postings.some((posting) => posting.premises_id === null && named.some((code) => code.startsWith(posting.place_code)))
}

/** Own work is kept in the list: it shows there why another person must look. */
function canJudge(hazard: Hazard, person: Author, now: Date): boolean {
  const refusal = whyNot(hazard, 'pass_reinspection', person, null, now.toISOString())
  return refusal === null || refusal.type === '/problems/own-work'
}

/** Return what passes every filter, the most urgent first. */
export function chosen(hazards: readonly Hazard[], filter: Filter, now: Date): Hazard[] {
  const words = filter.words.trim().toLowerCase()
  return hazards
    .filter((hazard) => inStages(hazard, filter.stages))
    .filter((hazard) => filter.category === '' || hazard.category === filter.category)
    .filter((hazard) => !filter.overdue || isOverdue(hazard, now.toISOString()))
    .filter((hazard) => words === '' || said(hazard).includes(words))
    .sort(byUrgency(now))
}

function inStages(hazard: Hazard, stages: Filter['stages']): boolean {
  if (stages === 'open') return isOpen(hazard)
  return stages === 'ended' ? !isOpen(hazard) : hazard.stage === stages
}

function said(hazard: Hazard): string {
  const { number, place_name, what, description, responsible_unit, location_note } = hazard
  return [number, place_name, ...what, description, responsible_unit, location_note].join(' ').toLowerCase()
}

/** What a filter is in a question to the server. */
export function askedOf(filter: Filter): URLSearchParams {
  const asked = new URLSearchParams({ stage: stagesOf(filter).join(',') })
  if (filter.category) asked.set('category', filter.category)
  if (filter.overdue) asked.set('overdue', 'true')
  return asked
}

function stagesOf({ stages }: Filter): string[] {
  if (stages === 'open') return rules.open_stages
  if (stages === 'ended') return Object.keys(rules.stages).filter((stage) => !rules.open_stages.includes(stage) && stage !== 'draft')
  return [stages]
}
