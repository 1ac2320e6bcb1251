/** Say how much is still on this phone, in records, photos and bytes, and where each of them is. */
import { isUnsent, type Step } from './outbox'
import type { Mutation, Photo, Sha256 } from './types'

/** Everything the end-of-shift check shows. `is_clear` is green: the server has confirmed all of it. */
export type Progress = {
  unsent_mutations: number
  unsent_photos: number
  /** Refused records that still wait for the person. */
  needs_you: number
  /** Photos that the server will not take, for instance because the file is damaged. */
  refused_photos: number
  held: number
  bytes_total: number
  bytes_sent: number
  /** The number on the tab: all that is not yet safe or not yet settled. */
  badge: number
  is_clear: boolean
}

type PhotoPart = Pick<Photo, 'state' | 'size_bytes' | 'sent_bytes' | 'settled_at'>

export function isPhotoUnsent(photo: Pick<Photo, 'state'>): boolean {
  return photo.state === 'waiting' || photo.state === 'uploading'
}

/** Return the counts. Photos of unfinished forms are not counted: nobody has submitted them. */
export function progress(mutations: readonly Mutation[], photos: readonly PhotoPart[]): Progress {
  const unsent = photos.filter(isPhotoUnsent)
  const counts = {
    unsent_mutations: mutations.filter(isUnsent).length,
    unsent_photos: unsent.length,
    needs_you: mutations.filter(needsYou).length,
    refused_photos: photos.filter(needsYou).length,
  }
  const badge = counts.unsent_mutations + counts.unsent_photos + counts.needs_you + counts.refused_photos
  return {
    ...counts,
    held: mutations.filter((mutation) => mutation.state === 'held').length,
    bytes_total: sum(unsent.map((photo) => photo.size_bytes)),
    bytes_sent: sum(unsent.map((photo) => Math.min(photo.sent_bytes, photo.size_bytes))),
    badge,
    is_clear: badge === 0,
  }
}

/** Whether a refused record or photo still waits for the person. */
export function needsYou(kept: Pick<Mutation | Photo, 'state' | 'settled_at'>): boolean {
  return kept.state === 'refused' && kept.settled_at === null
}

/** Return where a record is. Its photos are told beside it, never instead of it. */
export function stepOf(mutation: Pick<Mutation, 'state'>): Step {
  return STEPS[mutation.state]
}

const STEPS: Record<Mutation['state'], Step> = {
  waiting: 'saved',
  sending: 'saved',
  held: 'uploaded',
  applied: 'accepted',
  refused: 'refused',
}

/** Return where a photo is: accepted only when the server holds its bytes and the record that names it has a receipt. */
export function photoStepOf(photo: Pick<Photo, 'state'>, named_by: readonly Pick<Mutation, 'state'>[]): Step {
  if (photo.state === 'refused') return 'refused'
  if (photo.state !== 'arrived') return 'saved'
  return named_by.some((mutation) => mutation.state === 'applied') ? 'accepted' : 'uploaded'
}

/** Return how many photos of a record the server holds: { arrived: 1, all: 2 } is "photo on its way (1 of 2)". */
export function photosOnTheWay(
  hashes: readonly Sha256[],
  photos: ReadonlyMap<Sha256, Pick<Photo, 'state'>>,
): { arrived: number; all: number } {
  // A photo that is no longer on the phone has been swept, and only arrived ones are.
  const arrived = hashes.filter((hash) => (photos.get(hash)?.state ?? 'arrived') === 'arrived').length
  return { arrived, all: hashes.length }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
