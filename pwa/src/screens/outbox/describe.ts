/** Say what a record is about, in words: its place, and what was recorded. */
import { steps as hazardSteps } from '@/core/rulebook.json'
import type { Bilingual, Id, Mutation } from '@/core/types'
import type { Database } from '@/device/database'
import type { IconName } from '@/parts/icons'
import { doorName } from '@/shell/place-names'
import { say } from '@/shell/saying'
import { speak } from '@/words/dictionary'
import outboxWords from '@/words/outbox'

const t = speak(outboxWords)
const steps = hazardSteps as Record<string, Bilingual | undefined>
export type Tag = { tone: 'ok' | 'wait' | 'danger' | 'plain'; icon: IconName; word: string }

/** Return the names of the places that records are about, by the id of the place or hazard. */
export async function placeNames(database: Database, mutations: readonly Mutation[]): Promise<Map<Id, string>> {
  const ids = [...new Set(mutations.flatMap(({ args }) => placeIds(args)))]
  const names = new Map<Id, string>()
  for (const row of await database.premises.bulkGet(ids)) if (row) names.set(row.id, row.name)
  for (const row of await database.hazard.bulkGet(ids)) if (row) names.set(row.id, row.place_name || row.location_note)
  for (const row of await database.household.bulkGet(ids)) {
    if (row) names.set(row.id, doorName(row, await database.building.get(row.building_id), true))
  }
  // A hazard that was reported here and has not come back yet is known by the place of its report alone.
  for (const { name, args } of mutations) {
    const { hazard_id, place_id = '', location_note } = args as Record<string, string | undefined>
    const place = names.get(place_id) || location_note
    if (name === 'report_hazard' && hazard_id && place && !names.has(hazard_id)) names.set(hazard_id, place)
  }
  return names
}

function placeIds(args: object): Id[] {
  const { place_id, hazard_id, household_id, premises_id } = args as Record<string, Id | undefined>
  return [place_id, hazard_id, household_id, premises_id].filter((id) => id !== undefined)
}

/** Return the place of a record, or what kind of record it is where it has none. */
export function titleOf(mutation: Mutation, names: ReadonlyMap<Id, string>): string {
  const found = placeIds(mutation.args).map((id) => names.get(id)).find(Boolean)
  const { name, location_note } = mutation.args as { name?: string; location_note?: string }
  return found || location_note || name || kindOf(mutation)
}

/** Return what was done: 登记隐患, 报验, 走访更正. */
export function kindOf(mutation: Mutation): string {
  const step = steps[mutation.name]
  if (step) return say(step)
  if (mutation.name === 'record_visit') return t('visit')
  return mutation.name === 'correct_visit' ? t('correction') : t('other_record')
}

/** Return the result of a record as a tag. */
export function tagOf(mutation: Mutation, hazards: number): Tag {
  if (hazards > 0) return { tone: 'danger', icon: 'hazard', word: t('hazards', { count: hazards }) }
  if (mutation.name !== 'record_visit' && mutation.name !== 'correct_visit') return { tone: 'plain', icon: 'pen', word: kindOf(mutation) }
  const { outcome } = mutation.args as { outcome: 'entered' | 'no_answer' | 'declined' | 'vacant' | 'other_use' }
  const icons = { entered: 'tick', no_answer: 'clock', declined: 'hand', vacant: 'vacant', other_use: 'building' } as const
  return { tone: outcome === 'entered' ? 'ok' : 'wait', icon: icons[outcome], word: t(outcome) }
}
