/** What the server tells of people and devices. */
import type { Id, Instant, Posting } from '@/core/types'

/** Who works where in which role; nothing else is told of a colleague. */
export type Colleague = { id: Id; name: string; licence_number: string | null; postings: Posting[] }
export type PeopleAnswer = { people: Colleague[]; more: boolean }
export type DeviceRow = {
  id: Id
  code: string
  label: string
  person_id: Id
  person_name: string
  last_heard_at: Instant | null
  /** What the device itself said, when it was last heard, that it still holds. */
  waiting_mutations: number
  waiting_photos: number
  waiting_bytes: number
  revoked_at: Instant | null
}
export type DevicesAnswer = { devices: DeviceRow[]; more: boolean }
export type Enrolment = { code: string; url: string; qr_svg: string; expires_at: Instant }

/** Whether only this very computer can open the address, so that a phone that scans it finds nothing. */
export function isOnlyHere(url: string): boolean {
  return /^https?:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?\//.test(url)
}
