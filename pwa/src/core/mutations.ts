/** Every record that can be made, with what it must say; the names and fields are those of the server's commands. */
import type {
  Answer,
  Category,
  Crs,
  Day,
  Fix,
  Grade,
  HazardCategory,
  Id,
  Instant,
  NoPhotoReason,
  Notice,
  Outcome,
  PhotoMention,
  Revisit,
  Role,
  Track,
} from './values'

type PlaceKind = 'household' | 'premises'
type NewHousehold = { id: Id; unit: string; floor: number; room: string; use: 'dwelling' | 'other'; contact_phone?: string }

export type RecordVisit = {
  visit_id: Id
  place_kind: PlaceKind
  place_id: Id
  track: Track
  outcome: Outcome
  checklist_id?: string
  checklist_version?: number
  answers: Record<string, Answer>
  item_notes: Record<string, string>
  note: string
  photos: PhotoMention[]
  notice: Notice
  /** Two licensed officers, for an inspection only. */
  officers?: Id[]
  revisit?: Revisit
  vacancy_evidence?: string
  started_at: Instant
  ended_at: Instant
  fix: Fix | null
}

export type ReportHazard = {
  hazard_id: Id
  place_kind: PlaceKind | 'none'
  place_id?: Id
  /** Needed when there is neither a place nor a fix. */
  grid_code?: string
  visit_id?: Id
  item_id?: string
  checklist_id?: string
  checklist_version?: number
  track: Track
  category: HazardCategory
  what: string[]
  description: string
  grade: Grade
  advice: string
  /** Days from the report; 0 is at once. */
  proposed_due_days: number | null
  photos: PhotoMention[]
  no_photo_reason?: NoPhotoReason
  fix: Fix | null
  location_note: string
}

/** What is done to a hazard after it was reported; every one names its hazard. */
export type HazardActionArgs = {
  fix_on_site: { photos: PhotoMention[]; measures: string; no_photo_reason?: NoPhotoReason }
  give_advice: { notice: Notice; due_on: Day }
  dispatch_hazard: { due_on: Day; measures: string; responsible_unit: string; responsible_title?: string; notice: Notice }
  transfer_hazard: { department: string; receipt_number: string; reply_due_on: Day; reason: string }
  reply_transfer: { result: 'rectified' | 'sent_back'; verified: boolean; note: string; photos: PhotoMention[] }
  start_rectification: {
    receipt: 'signed' | 'refused'
    witness?: string
    commitments?: { duty: string; measures: string; funds: string; time_limit: string; plan: string }
    planned_on?: Day
    interim_measures?: string
  }
  request_extension: { new_due_on: Day; reason: string; interim_measures: string }
  decide_extension: { granted: boolean; reason: string }
  submit_rectification: { description: string; photos: PhotoMention[]; cost_fen?: number; no_photo_reason?: NoPhotoReason }
  pass_reinspection: { note: string; photos: PhotoMention[]; on_site_statement?: string }
  fail_reinspection: { reason: string; new_due_on: Day }
  escalate_hazard: { level: 'community' | 'subdistrict' | 'department' }
  order_suspension: { order_number: string }
  allow_resumption: { note: string }
  list_hazard: { listing_unit: string; notice_number: string; report_cycle_days: number }
  look_back: { result: 'held' | 'came_back'; note: string; recurrence_id?: Id }
  /** `duplicate_of` is the hazard that stays, to which this one is joined. */
  void_hazard: { reason: string; duplicate_of?: Id; told_of?: Id[] }
  grade_hazard: { grade: Grade; criteria: string; reason: string }
  note_hazard: { note: string; photos: PhotoMention[] }
}
export type HazardAction = keyof HazardActionArgs

type PlaceArgs = {
  register_community: { id: Id; code: string; name: string }
  import_grids: { community_code: string; crs: Crs; effective_on: Day; features: unknown }
  import_grid_file: { survey_id: Id }
  change_grids: {
    id: Id
    community_code: string
    edition: number
    effective_on: Day
    edit: { kind: 'split' | 'merge' | 'carve' | 'redraw'; codes: string[]; line: { lon: number; lat: number }[] }
    grids: { code: string; name: string; kind: 'basic' | 'dedicated' }[]
  }
  undo_grid_change: { change_id: Id }
  retire_grid: { code: string; retired_on: Day; replaced_by: string[] }
  register_building: {
    id: Id
    grid_code: string
    name: string
    address: string
    lon: number
    lat: number
    units: number
    floors: number
  }
  register_household: NewHousehold & { building_id: Id }
  register_households: { building_id: Id; households: NewHousehold[] }
  register_premises: {
    id: Id
    grid_code: string
    category: Category
    name: string
    address: string
    lon: number
    lat: number
    contact_title: string
    contact_phone?: string
  }
  change_contact_phone: { place_kind: PlaceKind; place_id: Id; contact_phone: string | null }
  mark_needs_help: { household_id: Id; needs_help: boolean }
  retire_place: { place_kind: PlaceKind | 'building'; place_id: Id; retired_on: Day; reason: string }
}

type PeopleArgs = {
  invite_person: {
    person_id: Id
    name: string
    phone: string
    login?: string
    role: Role
    place_code?: string
    premises_id?: Id
    department?: string
    licence_number?: string
  }
  add_posting: { posting_id: Id; person_id: Id; role: Role; place_code?: string; premises_id?: Id; department?: string; from_on?: Day }
  end_posting: { posting_id: Id; to_on: Day }
  revoke_device: { device_id: Id }
  reset_totp: { person_id: Id }
}

export type MutationArgs = {
  publish_checklist: { id: string; version: number; body: unknown }
  record_visit: RecordVisit
  correct_visit: RecordVisit & { corrects: Id; reason: string }
  report_hazard: ReportHazard
  accept_held: { mutation_id: Id }
  settle_grid: { hazard_id: Id; grid_code: string }
  refuse_held: { mutation_id: Id; reason: string }
} & { [A in HazardAction]: HazardActionArgs[A] & { hazard_id: Id } } & PlaceArgs &
  PeopleArgs

export type MutationName = keyof MutationArgs
