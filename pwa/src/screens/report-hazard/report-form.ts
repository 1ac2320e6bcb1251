/** Hold a hazard that is reported without a visit, and make its records. */
import type { Category, Fix, Id } from '@/core/types'
import { type FindingForm, newFinding } from '@/core/visit-form'
import { type Found, type NamedRecord, noteOf, repairOf, reportOf, resolved, type Saying } from '@/core/visit-records'

export type ReportPlace = { kind: 'household' | 'premises'; id: Id; grid_code: string; category: 'household' | Category; name: string }
export type ReportForm = {
  where: 'place' | 'public'
  place: ReportPlace | null
  /** For a public spot: the grid that was picked, where the position alone does not say it. */
  grid_code: string | null
  location_note: string
  finding: FindingForm
  reviewed: { role: 'before' | 'after'; sha256: string } | null
  camera: 'before' | 'after' | null
}

export function newReport(hazard_id: Id): ReportForm {
  return { where: 'place', place: null, grid_code: null, location_note: '', finding: newFinding(hazard_id), reviewed: null, camera: null }
}

/** Return where the hazard is; null while that is still to be said. `fix` alone is enough for a public spot. */
export function foundAt(form: ReportForm, fix: Fix | null): Found | null {
  const rest = { track: 'patrol' as const, fix, location_note: form.location_note.trim() }
  if (form.where === 'place') {
    const { place } = form
    return place && { ...rest, place_kind: place.kind, place_id: place.id, category: place.category }
  }
  if (form.grid_code === null && fix === null) return null
  return { ...rest, place_kind: 'none', category: 'public_area', ...(form.grid_code === null ? {} : { grid_code: form.grid_code }) }
}

/** A finding that joins an open hazard is one note there; `seen_again` opens its words. */
export function reportRecords(form: ReportForm, found: Found, saying: Saying, seen_again: string): NamedRecord[] {
  const says = resolved(form.finding, null, saying)
  const note = noteOf(form.finding, says, seen_again)
  if (note) return [{ name: 'note_hazard', args: note }]
  const report: NamedRecord = { name: 'report_hazard', args: reportOf(form.finding, says, found) }
  return form.finding.fixed ? [report, { name: 'fix_on_site', args: repairOf(form.finding, says) }] : [report]
}

const squeezed = (text: string) => text.replace(/[\s单元栋层室-]+/g, '').toLowerCase()

/** Return the places whose name holds every word that was typed, at most `most`. */
export function search(places: readonly ReportPlace[], typed: string, most = 8): ReportPlace[] {
  const wanted = typed.trim().split(/\s+/).map(squeezed).filter(Boolean)
  if (wanted.length === 0) return []
  return places.filter(({ name }) => wanted.every((word) => squeezed(name).includes(word))).slice(0, most)
}
