/** Show a hazard that this phone has reported or moved on before the server's row says so. */
import { type Action, type Advanced, advance, type Given, type HazardFacts } from './lifecycle'
import { type Author, numberOf, type Shown } from './shown'
import type { HazardEvent, HazardRow, Mutation, MutationArgs, VisitRow } from './types'

type Report = MutationArgs['report_hazard']
type ActionArgs = { hazard_id: string } & Given

export function replayReport(shown: Shown, mutation: Mutation<'report_hazard'>, author: Author): void {
  countInVisit(shown, mutation)
  if (!shown.has('hazard')) return
  const draft = draftOf(shown, mutation, author)
  const { events, ...facts } = draft
  const done = attempt({ ...facts, stage: 'draft' }, 'report_hazard', author, mutation)
  const event = done ? [eventOf(done, mutation, author)] : []
  shown.add('hazard', mutation, { ...draft, ...(done?.hazard as Partial<HazardRow> | undefined), stage: 'registered', events: event })
}

/** Any later step: the same table decides as on the server. Where it says no, the row stays; the server has the last word. */
export function replayHazardAction(shown: Shown, mutation: Mutation, author: Author): void {
  const { hazard_id, ...given } = mutation.args as unknown as ActionArgs
  const hazard = shown.get('hazard', hazard_id)
  if (!hazard) return
  const done = attempt(hazard, mutation.name as Action, author, mutation, given)
  const moved = done ? { ...(done.hazard as Partial<HazardRow>), events: [...hazard.events, eventOf(done, mutation, author)] } : {}
  shown.change('hazard', hazard_id, mutation, moved)
}

function attempt(hazard: HazardFacts, action: Action, author: Author, mutation: Mutation, given?: Given): Advanced | null {
  try {
    return advance(hazard, action, author, given ?? (mutation.args as unknown as Given), mutation.at)
  } catch (refusal) {
    // advance() throws the Refusal itself; anything else is a fault of ours.
    if (refusal instanceof Error) throw refusal
    return null
  }
}

function eventOf(done: Advanced, mutation: Mutation, author: Author): HazardEvent {
  return { ...done.event, id: mutation.id, by_name: author.name, number: numberOf(mutation) } as HazardEvent
}

function countInVisit(shown: Shown, mutation: Mutation<'report_hazard'>): void {
  const { place_kind, place_id, visit_id } = mutation.args
  if (place_kind === 'none' || !place_id || !visit_id) return
  const visit = shown.get('visit', visit_id)
  if (visit && isOurs(visit)) shown.change('visit', visit_id, mutation, { hazards: visit.hazards + 1 })
  const last = shown.get(place_kind, place_id)?.last_visit
  if (last?.id === visit_id) shown.change(place_kind, place_id, mutation, { last_visit: { ...last, hazards: last.hazards + 1 } })
}

/** Only a visit that waits here as well: a pulled row has its hazards counted. */
function isOurs(visit: VisitRow): boolean {
  return visit.received_at === null
}

function draftOf(shown: Shown, mutation: Mutation<'report_hazard'>, author: Author): HazardRow {
  const args = mutation.args
  const place = placeOf(shown, args)
  const grid_code = args.grid_code ?? place.grid_code
  return {
    ...{ id: args.hazard_id, fid: 0, revision: 0, version: 0, number: numberOf(mutation) },
    ...{ place_code: grid_code ?? author.postings[0]?.place_code ?? '', grid_code, grid_candidates: [], place_name: place.name },
    ...{
      location_note: args.location_note,
      place_kind: args.place_kind,
      place_id: args.place_id ?? null,
      category: args.category,
      track: args.track,
    },
    ...{ visit_id: args.visit_id ?? null, item_id: args.item_id ?? null, what: args.what, description: args.description },
    ...{
      grade: args.grade,
      advice: args.advice,
      proposed_due_days: args.proposed_due_days,
      stage: 'registered',
      due_on: null,
      original_due_on: null,
    },
    ...{ reported_at: mutation.at, reported_by: author.id, reported_by_name: author.name },
    ...{ lon: args.fix?.lon ?? place.lon, lat: args.fix?.lat ?? place.lat, accuracy_m: args.fix?.accuracy_m ?? null },
    ...{ responsible_unit: null, responsible_title: null, department: null, reply_due_on: null, extension_due_on: null },
    ...{ returned: false, returned_count: 0, suspended: false, listed: false, escalation_confirmed: null, interim_measures: null },
    ...{ recurrence_of: null, closed_at: null, photos: [], photos_awaited: 0, no_photo_reason: args.no_photo_reason ?? null },
    ...{ worked_by: [], events: [] },
  }
}

type Place = { name: string; grid_code: string | null; lon: number | null; lat: number | null }

function placeOf(shown: Shown, args: Report): Place {
  if (args.place_kind === 'premises') return shown.get('premises', args.place_id ?? '') ?? NOWHERE
  const household = args.place_kind === 'household' ? shown.get('household', args.place_id ?? '') : undefined
  if (!household) return { ...NOWHERE, name: args.location_note }
  const building = shown.get('building', household.building_id)
  const name = `${building?.name ?? ''} ${[household.unit, household.floor, household.room].filter(Boolean).join('-')}`.trim()
  return { name, grid_code: household.grid_code, lon: building?.lon ?? null, lat: building?.lat ?? null }
}

const NOWHERE: Place = { name: '', grid_code: null, lon: null, lat: null }
