/** What the phone remembers of its own work: records on their way, photos, unfinished forms. */
import type { MutationArgs, MutationName } from './mutations'
import type { Fix, Id, Instant, Leaves, Problem, ReceiptOutcome, Sha256 } from './values'

/** A record as the phone keeps it until, and a while after, the server has answered. */
export type Mutation<N extends MutationName = MutationName> = {
  id: Id
  /** Counter of this device; orders the queue and is printed as CODE-0047. */
  number: number
  /** The device's code when the record was made, for the printed number. */
  device_code: string
  name: N
  /** Device time; the server corrects it by the skew it measures. */
  at: Instant
  /** Server time minus device time as the phone knew it then; null when it did not. Absent in records of the first version. */
  skew_ms?: number | null
  args: MutationArgs[N]
  photo_hashes: Sha256[]
  state: 'waiting' | 'sending' | ReceiptOutcome
  /** 1 while the screen must add this record to the pulled rows itself; refused records show nothing. */
  shows: 0 | 1
  problem: Problem | null
  /** True when no receipt exists: the server cannot read this record, and sending goes on without it. */
  parked: boolean
  revision: number | null
  /** How often the server failed on this very record (not on the network). */
  tries: number
  answered_at: Instant | null
  /** When the person dealt with a refusal; until then it counts as "needs you". */
  settled_at: Instant | null
  /** The ids it names, so that the order of what belongs together holds even where `args` cannot be read. */
  subjects?: Id[]
  /** The same record sealed for the server: it can be sent while the phone is locked, or by another phone. */
  envelope?: Uint8Array
}

/** A picture as the phone keeps it; its bytes and thumb lie in tables of their own. */
export type Photo = {
  sha256: Sha256
  size_bytes: number
  mime: string
  /** When the shutter was pressed, by the phone's clock. */
  taken_at: Instant
  fix: Fix | null
  /** `drafted` belongs to an unfinished form and never leaves the phone. */
  state: 'drafted' | 'waiting' | 'uploading' | 'arrived' | 'refused'
  /** The unfinished forms that show it. */
  draft_ids: Id[]
  kept_at: Instant
  sent_bytes: number
  upload_url: string | null
  /** True when that upload is sent as the photo lies on the phone, for the server to open. */
  upload_sealed?: boolean
  problem: Problem | null
  tries: number
  arrived_at: Instant | null
  /** When the person dealt with a refused photo. */
  settled_at: Instant | null
  /** The photo of which this one is a copy with parts painted over. */
  redacts?: Sha256 | null
  /** Its own copy with parts painted over, and which of the two may leave the house. */
  redaction?: { sha256: Sha256; leaves: Leaves } | null
  /** What it looks like, in 16 hexadecimal digits; see core/likeness.ts. */
  perceptual?: string | null
}
/** A picture with its bytes, to be kept. ArrayBuffers, because WebKit loses Blobs. */
export type NewPhoto = Pick<Photo, 'sha256' | 'size_bytes' | 'mime' | 'taken_at' | 'fix' | 'redacts' | 'perceptual'> & { bytes: ArrayBuffer; thumb: ArrayBuffer }

/** An unfinished form: `screen` is whatever its screen needs to come back to the same card. */
export type Draft = {
  id: Id
  kind: 'visit' | 'report_hazard' | 'hazard_action' | 'place'
  /** The place or hazard the form is about. */
  subject_id: Id | null
  screen: unknown
  started_at: Instant
  changed_at: Instant
}
