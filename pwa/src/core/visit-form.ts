/** Hold a visit while it is being made: everything its screen needs to come back to the same card. */
import type { Checklist, Item } from './checklist'
import type { Answer, ChecklistRow, Grade, Id, Instant, NoPhotoReason, Notice, Outcome, Sha256 } from './types'

/** What was seen and advised about one hazard. Null means: as the checklist proposes. */
export type FindingForm = {
  hazard_id: Id
  what: string[]
  description: string
  grade: Grade | null
  due_days: number | null
  advice: string | null
  before: Sha256[]
  no_photo_reason: NoPhotoReason | null
  /** Put right while the worker was there. */
  fixed: boolean
  after: Sha256[]
  measures: string | null
  no_after_reason: NoPhotoReason | null
  /** The open hazard that this is: a note goes there and nothing new is reported. */
  joins?: Id | null
  /** Said to be another one, whatever lies near by. */
  apart?: boolean
}
/** A visit that is changed after it was recorded. */
export type Correction = { visit_id: Id; reason: string; reported: { item_id: string; hazard_id: Id; number: string }[] }
/** The three screens into which a hazard is divided in large type. */
export type PanelStep = 'seen' | 'photo' | 'advice'
/** Which pictures of the form are meant: of a hazard before or after its repair, or of the notice on the door. */
export type Album = { item_id: string; role: 'before' | 'after' } | { item_id: null; role: 'notice' }

export type VisitForm = {
  outcome: Outcome
  checklist_id: string | null
  checklist_version: number | null
  started_at: Instant
  /** Settled at the start of an inspection; empty on a patrol. */
  officers: Id[]
  track_settled: boolean
  answers: Record<string, Answer>
  /** By item; kept when the answer changes, so that nothing typed is lost. */
  findings: Record<string, FindingForm>
  note: string
  notice: Notice
  notice_photos: Sha256[]
  correction: Correction | null
  /** Where the worker is: an item's card, or the end. */
  card: string | 'start' | 'summary'
  step: PanelStep
  /** The photo that is looked at, and the one that the camera is open for. */
  reviewed: { album: Album; sha256: Sha256 } | null
  camera: Album | null
}

/** Return the albums of a form, each the list of its pictures' names. */
export function albumsOf(form: Pick<VisitForm, 'notice_photos' | 'findings'>): Sha256[][] {
  return [form.notice_photos, ...Object.values(form.findings).flatMap((each) => [each.before, each.after])]
}

/** Take pictures that are no longer there out of these albums of a form. */
export function forgetPhotos(form: { reviewed: { sha256: Sha256 } | null }, albums: Sha256[][], gone: ReadonlySet<Sha256>): void {
  for (const album of albums) album.splice(0, album.length, ...album.filter((name) => !gone.has(name)))
  if (form.reviewed && gone.has(form.reviewed.sha256)) form.reviewed = null
}

export function newForm(started_at: Instant): VisitForm {
  return {
    ...{ outcome: 'entered', checklist_id: null, checklist_version: null, started_at, officers: [], track_settled: false },
    ...{ answers: {}, findings: {}, note: '', notice: { delivered: 'in_person', signed: 'none' }, notice_photos: [], correction: null },
    ...{ card: 'start', step: 'seen', reviewed: null, camera: null },
  }
}

/** Return a kept form with everything that an older edition of the app did not know. */
export function readForm(kept: unknown, started_at: Instant): VisitForm {
  const known = typeof kept === 'object' && kept !== null ? (kept as Partial<VisitForm>) : {}
  return { ...newForm(started_at), ...known }
}

export function newFinding(hazard_id: Id): FindingForm {
  return {
    ...{ hazard_id, what: [], description: '', grade: null, due_days: null, advice: null, before: [], no_photo_reason: null },
    ...{ fixed: false, after: [], measures: null, no_after_reason: null },
  }
}

/** Return the newest published version of a checklist, or the very one that is named. */
export function versionOf(rows: readonly ChecklistRow[], id: string, version: number | null): ChecklistRow | undefined {
  const same = rows.filter((row) => row.id === id && (version === null || row.version === version))
  return same.sort((one, other) => other.version - one.version)[0]
}

export function bodyOf(row: ChecklistRow | undefined): Checklist | null {
  return (row?.body as Checklist | undefined) ?? null
}

/** Return the items that only an officer may judge and that stand between the question before this one and this one; behind the last one all that follow. */
export function officersNear(body: Checklist, advised: readonly string[], asked: readonly string[], item_id: string): Item[] {
  const at = asked.indexOf(item_id)
  const order = body.items.map((item) => item.id)
  const from = at > 0 ? order.indexOf(asked[at - 1] as string) : -1
  const to = at === asked.length - 1 ? order.length : order.indexOf(item_id)
  return body.items.filter((item, index) => advised.includes(item.id) && index > from && index < to)
}
