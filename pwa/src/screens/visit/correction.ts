/** Begin to correct a recorded visit: a draft with all it said, which becomes a new version and never overwrites. */
import type { HazardRow, Id, Posting, VisitRow } from '@/core/types'
import { newForm } from '@/core/visit-form'
import { startDraft } from '@/shell/drafts'

const CORRECTORS: Posting['role'][] = ['grid_leader', 'community_admin', 'safety_officer']

/** May this person correct it? Whoever recorded it, and those who answer for the place. */
export function mayCorrect(visit: Pick<VisitRow, 'recorded_by' | 'corrected_by' | 'grid_code'>, person: { id: Id; postings: Posting[] }): boolean {
  if (visit.corrected_by !== null) return false
  const leads = person.postings.some(({ role, place_code }) => CORRECTORS.includes(role) && visit.grid_code.startsWith(place_code))
  return visit.recorded_by === person.id || leads
}

/** Return the id of the draft that corrects the visit; its hazards are known and not reported again. Errors: StorageFull. */
export async function startCorrection(visit: VisitRow, hazards: readonly HazardRow[]): Promise<Id> {
  const { id, place_kind, place_id, track, outcome, answers, note, notice, officers, checklist_id, checklist_version, started_at } = visit
  const reported = hazards.flatMap((hazard) => (hazard.item_id ? [{ item_id: hazard.item_id, hazard_id: hazard.id, number: hazard.number }] : []))
  const form = {
    ...newForm(started_at),
    ...{ outcome, answers, note, notice, officers, checklist_id, checklist_version, track_settled: true, card: 'summary' },
    correction: { visit_id: id, reason: '', reported },
  }
  return startDraft('visit', place_id, { place_kind, place_id, track, form })
}
