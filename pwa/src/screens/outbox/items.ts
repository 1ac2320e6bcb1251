/** Order what is still on this phone: what needs the person first, then what moves, then what waits, with its steps. */
import { isPhotoUnsent, needsYou } from '@/core/progress'
import { byNumber } from '@/core/outbox'
import type { Mutation, Photo, Sha256 } from '@/core/types'

export type Phase = 'needs_you' | 'moving' | 'waiting' | 'photos' | 'held'
/** One visit with the hazards found at it, or one record by itself. */
export type Item = {
  key: string
  /** The record that names the item: the visit where there is one. */
  first: Mutation
  mutations: Mutation[]
  hazards: number
  phase: Phase
  photos: { arrived: number; all: number }
  /** Bytes of its photos that the server has not confirmed. */
  bytes_left: number
  /** The photo whose bytes are moving now. */
  moving: Pick<Photo, 'sent_bytes' | 'size_bytes'> | null
}

const ORDER: Phase[] = ['needs_you', 'moving', 'photos', 'waiting', 'held']

/** Return what the server has not confirmed completely, most urgent first; within that, oldest first. */
export function itemsOf(mutations: readonly Mutation[], photos: readonly Photo[]): Item[] {
  const kept = new Map(photos.map((photo) => [photo.sha256, photo]))
  const groups = new Map<string, Mutation[]>()
  for (const mutation of byNumber(mutations)) {
    const key = groupOf(mutation)
    groups.set(key, [...(groups.get(key) ?? []), mutation])
  }
  const items = [...groups].map(([key, group]) => itemOf(key, group, kept)).filter((item) => item !== null)
  return items.sort((one, other) => ORDER.indexOf(one.phase) - ORDER.indexOf(other.phase) || one.first.number - other.first.number)
}

/** A hazard goes with the visit at which it was found; a refused record stands alone, because it asks for its own answer. */
function groupOf(mutation: Mutation): string {
  const { visit_id } = mutation.args as { visit_id?: string }
  const grouped = mutation.name === 'record_visit' || mutation.name === 'report_hazard'
  return grouped && visit_id && mutation.state !== 'refused' ? visit_id : mutation.id
}

function itemOf(key: string, group: Mutation[], kept: ReadonlyMap<Sha256, Photo>): Item | null {
  const first = group.find((mutation) => mutation.name === 'record_visit') ?? group[0]
  if (!first) return null
  const named = [...new Set(group.flatMap((mutation) => mutation.photo_hashes))].map((hash) => kept.get(hash))
  const unsent = named.filter((photo) => photo !== undefined && isPhotoUnsent(photo))
  const phase = phaseOf(group, unsent.length)
  if (!phase) return null
  return {
    ...{ key, first, mutations: group, phase, hazards: group.filter((mutation) => mutation.name === 'report_hazard').length },
    photos: { arrived: named.length - unsent.length, all: named.length },
    bytes_left: bytesLeft(unsent),
    moving: unsent.find((photo) => photo?.state === 'uploading' && photo.sent_bytes > 0) ?? null,
  }
}

function phaseOf(group: Mutation[], unsent_photos: number): Phase | null {
  const has = (...states: Mutation['state'][]) => group.some((mutation) => states.includes(mutation.state))
  if (group.some(needsYou)) return 'needs_you'
  if (has('sending')) return 'moving'
  if (has('waiting')) return 'waiting'
  if (has('held')) return 'held'
  return unsent_photos > 0 && has('applied') ? 'photos' : null
}

export function bytesLeft(photos: readonly (Pick<Photo, 'size_bytes' | 'sent_bytes'> | undefined)[]): number {
  return photos.reduce((left, photo) => left + (photo ? Math.max(0, photo.size_bytes - photo.sent_bytes) : 0), 0)
}

/** Return the unsent photos that none of these items names: their record was refused and set aside, or went before them. */
export function loosePhotos(items: readonly Item[], photos: readonly Photo[]): Photo[] {
  const named = new Set(items.flatMap((item) => item.mutations.flatMap((mutation) => mutation.photo_hashes)))
  return photos.filter((photo) => isPhotoUnsent(photo) && !named.has(photo.sha256))
}

/** Return the texts of a refused record that a person can put right, by their place in its args. */
export function textsOf(mutation: Mutation): { key: string; text: string }[] {
  const args = mutation.args as Record<string, unknown>
  return TEXTS.filter((key) => typeof args[key] === 'string').map((key) => ({ key, text: String(args[key]) }))
}
const TEXTS = ['note', 'description', 'advice', 'location_note', 'reason', 'measures', 'vacancy_evidence', 'interim_measures', 'on_site_statement', 'receipt_number', 'responsible_unit']

/** Return the args with the corrected texts; everything else as it was recorded. */
export function withTexts(mutation: Mutation, texts: Record<string, string>): Mutation['args'] {
  const known = Object.fromEntries(Object.entries(texts).filter(([key]) => TEXTS.includes(key) && key in mutation.args))
  return { ...mutation.args, ...known } as Mutation['args']
}
