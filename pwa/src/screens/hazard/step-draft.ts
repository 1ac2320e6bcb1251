/** Begin or resume the form of a step: one unfinished form for each hazard and step, kept at every change. */
import type { Given } from '@/core/lifecycle'
import type { HazardAction } from '@/core/mutations'
import type { HazardRow, Id } from '@/core/types'
import { startDraft } from '@/shell/drafts'
import { here } from '@/sync/here'
import { emptyForm } from './given'

/** What `drafts.screen` of a step holds. */
export type StepDraft = { action: HazardAction; form: Given }

/** Return the id of the unfinished form of this step, begun now if there is none. Errors: StorageFull. */
export async function stepDraft(hazard: HazardRow, action: HazardAction, now: Date): Promise<Id> {
  const found = await here.database?.drafts
    .where('subject_id')
    .equals(hazard.id)
    .filter((draft) => draft.kind === 'hazard_action' && (draft.screen as StepDraft).action === action)
    .first()
  return found?.id ?? startDraft('hazard_action', hazard.id, { action, form: emptyForm(action, hazard, now) } satisfies StepDraft)
}
