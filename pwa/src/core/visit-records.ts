/** Turn a finished visit into the records that are sent: the visit, its hazards, what was put right at once, the advice given. */
import type { Checklist, Evaluation, Finding } from './checklist'
import { evaluate } from './checklist'
import { withDoor } from './door'
import { dayOf, plusDays } from './hazard-conditions'
import { advance, type Doer, type Given, type HazardFacts } from './lifecycle'
import { whyNot } from './refusals'
import type { HazardActionArgs, RecordVisit, ReportHazard } from './mutations'
import type { Answer, Bilingual, Category, Fix, Grade, Id, Instant, MutationArgs, NoPhotoReason, PhotoMention, Problem, Track } from './types'
import type { FindingForm, VisitForm } from './visit-form'

/** Where the visit is: the place with its grid, and what it is called in hazards. */
export type VisitPlace = { kind: 'household' | 'premises'; id: Id; grid_code: string; category: 'household' | Category }
export type Visiting = { visit_id: Id; place: VisitPlace; track: Track; form: VisitForm; body: Checklist | null }
export type Saying = { language: 'zh' | 'en' }
/** A finding with everything the checklist proposes filled in. */
export type Resolved = {
  item_id: string | null
  grade: Grade
  due_days: number
  advice: string
  measures: string
  no_photo_reason: NoPhotoReason | null
  no_after_reason: NoPhotoReason | null
}
export type NamedRecord = { [N in 'record_visit' | 'correct_visit' | 'report_hazard' | 'fix_on_site' | 'give_advice' | 'note_hazard']: { name: N; args: MutationArgs[N] } }[
  | 'record_visit'
  | 'correct_visit'
  | 'report_hazard'
  | 'fix_on_site'
  | 'give_advice'
  | 'note_hazard']

/** Return what the checklist says of the answers so far, the door's own filled in. */
export function judged({ form, body, track }: Pick<Visiting, 'form' | 'body' | 'track'>): Evaluation {
  if (!body) return { applies: [], missing: [], invalid: [], findings: [], advice: [] }
  return evaluate(body, withDoor(body, form.answers, form.outcome, form.notice), track)
}

/** Return the finding as it will be reported; what the worker left alone is the checklist's proposal. */
export function resolved(finding: FindingForm, proposed: Pick<Finding, 'item_id' | 'grade' | 'due_days' | 'photo' | 'rectify'> | null, { language }: Saying): Resolved {
  const words: Bilingual = proposed?.rectify ?? { zh: '', en: '' }
  return {
    item_id: proposed?.item_id ?? null,
    grade: finding.grade ?? proposed?.grade ?? 'general',
    due_days: finding.due_days ?? proposed?.due_days ?? 3,
    advice: finding.advice ?? words[language],
    measures: finding.measures ?? words[language],
    no_photo_reason: withoutPhoto(finding.before, finding.no_photo_reason, proposed),
    no_after_reason: withoutPhoto(finding.after, finding.no_after_reason, proposed),
  }
}

/** A checklist that asks for no photo of this is its own reason. */
function withoutPhoto(photos: string[], given: NoPhotoReason | null, proposed: Pick<Finding, 'photo'> | null): NoPhotoReason | null {
  if (photos.length > 0) return null
  return given ?? (proposed !== null && proposed.photo !== 'on_hazard' ? 'not_needed' : null)
}

const mentions = (hashes: readonly string[], role: PhotoMention['role']): PhotoMention[] => hashes.map((sha256) => ({ sha256, role }))

/** Where a hazard is, and which visit found it; a patrol walk has no visit and may have no place. */
export type Found = Pick<ReportHazard, 'place_kind' | 'place_id' | 'grid_code' | 'visit_id' | 'checklist_id' | 'checklist_version' | 'track' | 'category' | 'fix' | 'location_note'>

export function reportOf(finding: FindingForm, says: Resolved, found: Found): ReportHazard {
  return {
    hazard_id: finding.hazard_id,
    ...found,
    ...(says.item_id === null ? {} : { item_id: says.item_id }),
    ...{ what: finding.what, description: finding.description.trim(), grade: says.grade, advice: says.advice.trim() },
    ...{ proposed_due_days: says.due_days, photos: mentions(finding.before, 'before') },
    ...(says.no_photo_reason === null ? {} : { no_photo_reason: says.no_photo_reason }),
  }
}

export function repairOf(finding: FindingForm, says: Resolved): HazardActionArgs['fix_on_site'] & { hazard_id: Id } {
  const reason = says.no_after_reason === null ? {} : { no_photo_reason: says.no_after_reason }
  return { hazard_id: finding.hazard_id, photos: mentions(finding.after, 'after'), measures: says.measures.trim(), ...reason }
}

/** Return the note on the open hazard that the finding joins; null when it joins none. `seen_again` opens it. */
export function noteOf(finding: FindingForm, says: Resolved, seen_again: string): (HazardActionArgs['note_hazard'] & { hazard_id: Id }) | null {
  if (!finding.joins) return null
  const words = [seen_again, ...finding.what, finding.description.trim(), finding.fixed ? says.measures.trim() : '']
  const photos = [...finding.before, ...(finding.fixed ? finding.after : [])]
  return { hazard_id: finding.joins, note: words.filter(Boolean).join('；').slice(0, 2000), photos: mentions([...new Set(photos)], 'item') }
}

/** Return the hazard as the rules see it before it is reported. */
export function draftHazard(report: ReportHazard, place_code: string, at: Instant): HazardFacts {
  const { place_kind, place_id = null, track, grade } = report
  return { stage: 'draft', place_code, place_kind, place_id, track, grade, reported_at: at, photos: [], worked_by: [] }
}

/** May it be reported, and, when it was put right at once, may that be recorded too? Null when so. */
export function whyNotFinding(finding: FindingForm, report: ReportHazard, says: Resolved, place_code: string, by: Doer, at: Instant): Problem | null {
  const draft = draftHazard(report, place_code, at)
  const refusal = whyNot(draft, 'report_hazard', by, report as unknown as Given, at)
  if (refusal !== null || !finding.fixed) return refusal
  const { hazard } = advance(draft, 'report_hazard', by, report as unknown as Given, at)
  return whyNot(hazard, 'fix_on_site', by, repairOf(finding, says) as unknown as Given, at)
}

function foundBy(visiting: Visiting, fix: Fix | null): Found {
  const { visit_id, place, track, form } = visiting
  return {
    ...{ place_kind: place.kind, place_id: place.id, visit_id, track, category: place.category, fix, location_note: '' },
    ...(form.checklist_id === null ? {} : { checklist_id: form.checklist_id, checklist_version: form.checklist_version ?? undefined }),
  }
}

/** Return the findings that this visit reports: those of a correction that are reported already are left out. */
export function newFindings({ form }: Pick<Visiting, 'form'>, evaluation: Evaluation): Finding[] {
  const reported = new Set(form.correction?.reported.map((each) => each.item_id))
  return evaluation.findings.filter((finding) => !reported.has(finding.item_id) && form.findings[finding.item_id] !== undefined)
}

/** Return every record of a finished visit in the order in which they are sent. */
export function recordsOf(visiting: Visiting, fix: Fix | null, ended_at: Instant, saying: Saying, seen_again = ''): NamedRecord[] {
  const { form, place, track } = visiting
  const evaluation = judged(visiting)
  const records: NamedRecord[] = [visitRecord(visiting, evaluation, fix, ended_at)]
  for (const proposed of newFindings(visiting, evaluation)) {
    const finding = form.findings[proposed.item_id] as FindingForm
    const says = resolved(finding, proposed, saying)
    const note = noteOf(finding, says, seen_again)
    if (note) {
      records.push({ name: 'note_hazard', args: note })
      continue
    }
    records.push({ name: 'report_hazard', args: reportOf(finding, says, foundBy(visiting, fix)) })
    if (finding.fixed) records.push({ name: 'fix_on_site', args: repairOf(finding, says) })
    // In a home the notice handed over is the advice: nobody writes it down a second time.
    else if (place.kind === 'household' && track === 'patrol' && form.notice.delivered !== 'none') {
      const due_on = plusDays(dayOf(ended_at), says.due_days)
      records.push({ name: 'give_advice', args: { hazard_id: finding.hazard_id, notice: noticeOf(form), due_on } })
    }
  }
  return records
}

function noticeOf({ notice }: VisitForm): RecordVisit['notice'] {
  const { delivered, signed, signature, witness } = notice
  if (signed === 'signed') return { delivered, signed, signature }
  if (signed === 'refused') return { delivered, signed, ...(witness?.trim() ? { witness: witness.trim() } : {}) }
  return { delivered, signed: 'none' }
}

function visitRecord(visiting: Visiting, evaluation: Evaluation, fix: Fix | null, ended_at: Instant): NamedRecord {
  const { visit_id, place, track, form } = visiting
  const args: RecordVisit = {
    ...{ visit_id, place_kind: place.kind, place_id: place.id, track, outcome: form.outcome },
    ...(form.checklist_id === null ? {} : { checklist_id: form.checklist_id, checklist_version: form.checklist_version ?? undefined }),
    ...{ answers: sent(visiting, evaluation), item_notes: {}, note: form.note.trim(), photos: mentions(form.notice_photos, 'notice') },
    ...{ notice: noticeOf(form), ...(track === 'inspection' ? { officers: form.officers } : {}), started_at: form.started_at, ended_at, fix },
  }
  if (form.correction === null) return { name: 'record_visit', args }
  return { name: 'correct_visit', args: { ...args, corrects: form.correction.visit_id, reason: form.correction.reason.trim() } }
}

/** Only what is asked: an answer to a question that went away again stays in the draft and is not sent. */
function sent({ form, body }: Visiting, evaluation: Evaluation): Record<string, Answer> {
  if (!body) return {}
  const given = withDoor(body, form.answers, form.outcome, form.notice)
  return Object.fromEntries(evaluation.applies.filter((id) => given[id] !== undefined).map((id) => [id, given[id] as Answer]))
}
