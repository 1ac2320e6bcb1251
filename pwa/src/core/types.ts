/** What travels between phone and server: the wire, word for word. */
import type { MutationName } from './mutations'
import type {
  Answer,
  Category,
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
  PhotoUsed,
  PhotoRole,
  Problem,
  ReceiptOutcome,
  Revisit,
  Role,
  Sha256,
  Stage,
  Track,
} from './values'

export type { Draft, Mutation, NewPhoto, Photo } from './kept'
export type { MutationArgs, MutationName } from './mutations'
export type * from './values'

export type Posting = {
  id: Id | null
  role: Role
  place_code: string
  premises_id: Id | null
  department: string | null
  from_on: Day
  to_on: Day | null
  place_name: string | null
}

/** The answer to GET /api/me. */
export type Me = {
  person: { id: Id; name: string; licence_number: string | null; postings: Posting[] }
  device: { id: Id; code: string; label: string; last_number: number }
  tenant: { code: string; name: string; sponsor: string; filing_number: string; complaints: string; timezone: string }
  /** The server's newest rulebook. */
  rulebook: { version: number; hash: string } | null
  needs_totp: boolean
  has_totp: boolean
  has_password: boolean
  /** Whether a PIN must guard what lies on this phone; a server of before says nothing. */
  pin?: 'required' | 'offered'
  keys?: SealingKeys
}
/** What this device seals with, base64: the server's public key with its id, and what only this device and the server know. */
export type SealingKeys = { key_id: string; public_key: string; device_key: string }

/** What every row carries; `revision` grows with each change in the tenant. */
export type Row = { id: Id; revision: number; place_code: string }
export type LastVisit = {
  id: Id
  outcome: Outcome
  ended_at: Instant
  hazards: number
  revisit_on: Day | null
  revisit_window: string | null
}
export type CommunityRow = Row & { code: string; name: string }
export type GridRow = Row & {
  fid: number
  code: string
  community_code: string
  name: string
  kind: 'basic' | 'dedicated'
  /** GeoJSON, WGS 84, longitude first. */
  geometry: { type: 'Polygon' | 'MultiPolygon'; coordinates: unknown }
  effective_on: Day
  retired_on: Day | null
}
export type BuildingRow = Row & {
  grid_code: string
  name: string
  address: string
  lon: number
  lat: number
  units: number
  floors: number
}
export type HouseholdRow = Row & {
  grid_code: string
  building_id: Id
  unit: string
  floor: number
  room: string
  use: 'dwelling' | 'other'
  /** '' when there is none. */
  contact_phone_masked: string
  needs_help: boolean
  last_visit: LastVisit | null
}
export type PremisesRow = Row & {
  grid_code: string
  category: Category
  name: string
  address: string
  lon: number
  lat: number
  contact_title: string
  /** '' when there is none. */
  contact_phone_masked: string
  last_visit: LastVisit | null
}
export type VisitRow = Row & {
  number: string
  place_kind: 'household' | 'premises'
  place_id: Id
  grid_code: string
  track: Track
  outcome: Outcome
  checklist_id: string | null
  checklist_version: number | null
  answers: Record<string, Answer>
  item_notes: Record<string, string>
  note: string
  photos: PhotoMention[]
  notice: Notice
  officers: Id[]
  revisit: Revisit | null
  vacancy_evidence: string | null
  hazards: number
  left_open: number
  started_at: Instant
  ended_at: Instant
  /** Null while the visit waits on this phone. */
  received_at: Instant | null
  clock_flags: string[]
  recorded_by: Id
  recorded_by_name: string
  corrects: Id | null
  corrected_by: Id | null
  reason: string | null
  fix: Fix | null
  photos_awaited: number
}
export type HazardEvent = {
  id: Id
  action: string
  at: Instant
  by_name: string
  by_role: string
  from_stage: Stage | null
  to_stage: Stage
  given: Record<string, unknown>
  number: string
  /** How far the device's clock was behind the server's, and how far it was set on before the step was sent. */
  clock_off_s?: number
  clock_moved_s?: number
}
export type HazardRow = Row & {
  fid: number
  number: string
  place_kind: 'household' | 'premises' | 'none'
  place_id: Id | null
  place_name: string
  grid_code: string | null
  category: HazardCategory
  track: Track
  visit_id: Id | null
  item_id: string | null
  what: string[]
  description: string
  grade: Grade
  advice: string
  proposed_due_days: number | null
  stage: Stage
  due_on: Day | null
  original_due_on: Day | null
  reported_at: Instant
  reported_by: Id
  reported_by_name: string
  lon: number | null
  lat: number | null
  accuracy_m: number | null
  grid_candidates: string[]
  /** What the grid rests on, once the server has said it; an undecided one is worked on in the grid under its middle. */
  grid_basis?: 'place' | 'circle' | 'chosen' | 'undecided'
  location_note: string
  responsible_unit: string | null
  responsible_title: string | null
  department: string | null
  reply_due_on: Day | null
  extension_due_on: Day | null
  returned: boolean
  returned_count: number
  suspended: boolean
  listed: boolean
  escalation_confirmed: string | null
  interim_measures: string | null
  recurrence_of: Id | null
  /** The hazard that stays, and its number, where this one was joined to it as a duplicate; a server of before says neither. */
  duplicate_of?: Id | null
  joined_to?: string | null
  closed_at: Instant | null
  /** `redacts` names the photo of which this is the painted-over copy; `leaves` says whether it may leave the house. */
  photos: { sha256: Sha256; role: PhotoRole; arrived: boolean; redacts?: Sha256 | null; leaves?: boolean; perceptual?: string | null }[]
  used_photos?: PhotoUsed[]
  photos_awaited: number
  no_photo_reason: NoPhotoReason | null
  worked_by: Id[]
  version: number
  events: HazardEvent[]
}
/** `id` is the template's own, `row_id` that of this version; `body` is read by core/checklist.ts. */
export type ChecklistRow = Row & { row_id: Id; version: number; body: unknown; published_at: Instant }

/** Every kind of row a phone pulls. */
export type Rows = {
  community: CommunityRow
  grid: GridRow
  building: BuildingRow
  household: HouseholdRow
  premises: PremisesRow
  visit: VisitRow
  hazard: HazardRow
  checklist: ChecklistRow
}
export type Kind = keyof Rows
export const KINDS: readonly Kind[] = ['community', 'grid', 'building', 'household', 'premises', 'visit', 'hazard', 'checklist']

export type PushMutation = { id: Id; number: number; name: MutationName; at: Instant; args: unknown; skew_ms?: number }
export type PushBody = {
  device: Id
  /** The hash of the rulebook this app works by. */
  rulebook: string
  sent_at: Instant
  /** What is still on the phone after this push. */
  waiting: { mutations: number; photos: number; bytes: number }
  mutations: PushMutation[]
}
export type Receipt = { id: Id; number: number; outcome: ReceiptOutcome; problem?: Problem | null; revision?: number | null }
export type PushAnswer = { receipts: Receipt[]; server_time: Instant }
/** What a lifeboat is answered for each record; `unopened` is no receipt, for nothing is known of what is inside. */
export type LifeboatReceipt = Omit<Receipt, 'outcome'> & { outcome: ReceiptOutcome | 'unopened' }
export type LifeboatAnswer = { receipts: LifeboatReceipt[]; server_time: Instant }
export type PullAnswer = {
  cursor: string
  more: boolean
  fresh: boolean
  server_time: Instant
  rows: { [K in Kind]?: Rows[K][] }
  gone: { kind: Kind; id: Id }[]
  /** Kinds of which the reach holds more than a phone carries; a server of before names none. */
  left_out?: Kind[]
}
