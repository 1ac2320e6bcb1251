/** Show a visit that this phone has recorded or corrected before the server's row says so. */
import { type Author, numberOf, type Shown } from './shown'
import type { LastVisit, Mutation, MutationArgs, VisitRow } from './types'

type Visit = MutationArgs['record_visit']

export function replayVisit(shown: Shown, mutation: Mutation<'record_visit'>, author: Author): void {
  shown.add('visit', mutation, visitRow(shown, mutation, author))
  const { place_kind, place_id } = mutation.args
  const before = shown.get(place_kind, place_id)?.last_visit
  // A visit pulled meanwhile may be newer than one that still waits here.
  if (before && Date.parse(before.ended_at) > Date.parse(mutation.args.ended_at)) return
  shown.change(place_kind, place_id, mutation, { last_visit: lastVisit(mutation.args, 0) })
}

export function replayCorrection(shown: Shown, mutation: Mutation<'correct_visit'>, author: Author): void {
  const { corrects, reason, place_kind, place_id, visit_id } = mutation.args
  shown.add('visit', mutation, { ...visitRow(shown, mutation, author), corrects, reason })
  shown.change('visit', corrects, mutation, { corrected_by: visit_id })
  const before = shown.get(place_kind, place_id)?.last_visit
  if (before?.id === corrects) shown.change(place_kind, place_id, mutation, { last_visit: lastVisit(mutation.args, before.hazards) })
}

function lastVisit(args: Visit, hazards: number): LastVisit {
  return {
    id: args.visit_id,
    outcome: args.outcome,
    ended_at: args.ended_at,
    hazards,
    revisit_on: args.revisit?.on ?? null,
    revisit_window: args.revisit?.window ?? null,
  }
}

function visitRow(shown: Shown, mutation: Mutation<'record_visit' | 'correct_visit'>, author: Author): VisitRow {
  const args: Visit = mutation.args
  const grid_code = shown.get(args.place_kind, args.place_id)?.grid_code ?? ''
  const { place_kind, place_id, track, outcome, answers, item_notes, note, photos, notice, started_at, ended_at, fix } = args
  return {
    ...{ id: args.visit_id, revision: 0, place_code: grid_code, grid_code, number: numberOf(mutation) },
    ...{ place_kind, place_id, track, outcome, answers, item_notes, note, photos, notice, started_at, ended_at, fix },
    ...{ checklist_id: args.checklist_id ?? null, checklist_version: args.checklist_version ?? null },
    ...{ officers: args.officers ?? [], revisit: args.revisit ?? null, recorded_by: author.id },
    ...{
      recorded_by_name: author.name,
      vacancy_evidence: args.vacancy_evidence ?? null,
      hazards: 0,
      left_open: 0,
      received_at: null,
      clock_flags: [],
    },
    ...{ corrects: null, corrected_by: null, reason: null, photos_awaited: photos.length },
  }
}
