/** The values that rows and records are made of: instants, codes, fixes, grades; they rest on nothing else. */

/** An instant, RFC 3339 with Z. */
export type Instant = string
/** A day, YYYY-MM-DD, in the tenant's time zone. */
export type Day = string
/** A UUID in its 36-character form; those made on the phone are version 7. */
export type Id = string
export type Sha256 = string

export type Bilingual = { zh: string; en: string }
export type Track = 'patrol' | 'inspection'
export type Crs = 'wgs84' | 'cgcs2000' | 'gcj02' | 'bd09'
export type Fix = { lon: number; lat: number; accuracy_m: number; crs: Crs; source: 'gps' | 'network' | 'manual'; taken_at: Instant }
export type PhotoRole = 'item' | 'before' | 'after' | 'notice' | 'place'
/** How a record names a picture: by the hash of its bytes. */
export type PhotoMention = { sha256: Sha256; role: PhotoRole; item_id?: string; redacted?: Sha256; leaves?: Leaves }
/** Which copy of a photo may leave the house: be shown to the responsible unit, and be printed. */
export type Leaves = 'original' | 'redacted'
/** A photo that was used before, and the earlier one: a hint for a person. */
export type PhotoUsed = { sha256: Sha256; like_sha256: Sha256; why: 'elsewhere' | 'before_and_after'; distance: number; number: string }
export type NoPhotoReason = 'refused' | 'explosive_atmosphere' | 'broken_camera' | 'not_needed'
export type Outcome = 'entered' | 'no_answer' | 'declined' | 'vacant' | 'other_use'
export type Answer = string | number | string[] | { path: string } | { refused: true; witness: string }
export type Notice = {
  delivered: 'in_person' | 'by_proxy' | 'posted' | 'by_phone' | 'none'
  signed: 'signed' | 'refused' | 'none'
  /** An SVG path, at most 20 KB. */
  signature?: string
  witness?: string
}
export type Revisit = { on?: Day; window?: 'evening' | 'weekend' | 'appointment'; at?: Instant }
export type Category = 'gas_station' | 'school' | 'market' | 'enterprise' | 'assembly' | 'residential'
export type HazardCategory = Category | 'household' | 'public_area'
export type Grade = 'general' | 'suspected_major' | 'confirmed_major' | 'life_threatening'
export type Stage =
  | 'registered'
  | 'closed_on_site'
  | 'dispatched'
  | 'transferred'
  | 'in_rectification'
  | 'extension_pending'
  | 'submitted'
  | 'closed'
  | 'voided'

export type Role =
  | 'grid_worker'
  | 'grid_leader'
  | 'community_admin'
  | 'dispatcher'
  | 'safety_officer'
  | 'subdistrict_leader'
  | 'joint_committee'
  | 'responsible_unit'
  | 'department'
  | 'supervisor'
  | 'sys_admin'

/** RFC 9457, as every refusal of the server is worded: `title` and `detail` in English, their Chinese beside them. */
export type Problem = {
  /** `/problems/<code>` */
  type: string
  status: number
  title: string
  detail: string
  title_zh?: string
  detail_zh?: string
  [fact: string]: unknown
}

export type ReceiptOutcome = 'applied' | 'refused' | 'held'
