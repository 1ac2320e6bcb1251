/** Find where a photo was used before among those that the phone knows: a hint, never a judgement, as the server's own. */
import { hamming, tellsApart } from './likeness'
import { photos as limits } from './rulebook.json'
import type { HazardRow, Id, Mutation, Photo, PhotoMention, PhotoRole, Sha256 } from './types'

/** The photo that is looked at, and what it is for. `befores` are those of the same hazard before its repair. */
export type Shot = { sha256: Sha256; perceptual?: string | null; role: PhotoRole; place: Id; befores: Sha256[] }
export type UsedBefore = { why: 'elsewhere' | 'before_and_after'; like: Sha256; name: string | null; at: string | null }
export type Known = { photos: readonly Photo[]; mutations: readonly Mutation[]; hazards: readonly HazardRow[] }

type Use = { sha256: Sha256; perceptual?: string | null; role: PhotoRole; place: Id; name: string | null; at: string | null }

/** Return the nearest earlier use of a photo that should be told, or null. */
export function usedBefore(shot: Shot, known: Known): UsedBefore | null {
  if (shot.role === 'notice') return null
  const hashes = new Map(known.photos.map((photo) => [photo.sha256, photo.perceptual]))
  const own = shot.role === 'after' ? shot.befores.map((sha256) => ({ sha256, distance: distance(shot, { sha256, perceptual: hashes.get(sha256) ?? hashOf(sha256, known.hazards) }) })) : []
  const same = own.find((one) => one.distance <= limits.like_pair_bits)
  if (same) return { why: 'before_and_after', like: same.sha256, name: null, at: null }
  const uses = [...usesByHazards(known.hazards), ...usesByRecords(known, hashes)]
  const near = uses
    .filter((use) => use.place !== shot.place && use.role !== 'notice')
    .map((use) => ({ use, distance: distance(shot, use) }))
    .filter((one) => one.distance <= limits.like_elsewhere_bits)
    .sort((one, other) => one.distance - other.distance)[0]
  return near ? { why: 'elsewhere', like: near.use.sha256, name: near.use.name, at: near.use.at } : null
}

function distance(one: { sha256: Sha256; perceptual?: string | null }, other: { sha256: Sha256; perceptual?: string | null }): number {
  if (one.sha256 === other.sha256) return 0
  if (!one.perceptual || !other.perceptual) return 64
  return tellsApart(one.perceptual, limits.plain_bits) ? hamming(one.perceptual, other.perceptual) : 64
}

function hashOf(sha256: Sha256, hazards: readonly HazardRow[]): string | null | undefined {
  for (const { photos } of hazards) for (const photo of photos) if (photo.sha256 === sha256) return photo.perceptual
  return undefined
}

function usesByHazards(hazards: readonly HazardRow[]): Use[] {
  return hazards.flatMap(({ id, place_id, place_name, reported_at, photos }) =>
    photos.filter((photo) => !photo.redacts).map(({ sha256, perceptual, role }) => ({ sha256, perceptual, role, place: place_id ?? id, name: place_name, at: reported_at })),
  )
}

/** What this phone recorded lately and the rows do not show. */
function usesByRecords({ mutations, hazards }: Known, hashes: ReadonlyMap<Sha256, string | null | undefined>): Use[] {
  const places = new Map(hazards.map((hazard) => [hazard.id, hazard.place_id ?? hazard.id]))
  return mutations.flatMap(({ args, at }) => {
    const { photos = [], place_id, hazard_id } = args as { photos?: PhotoMention[]; place_id?: Id; hazard_id?: Id }
    const place = place_id ?? (hazard_id && (places.get(hazard_id) ?? reportedAt(mutations, hazard_id)))
    return place ? photos.map(({ sha256, role }) => ({ sha256, perceptual: hashes.get(sha256), role, place, name: null, at })) : []
  })
}

function reportedAt(mutations: readonly Mutation[], hazard_id: Id): Id {
  const report = mutations.find((one) => one.name === 'report_hazard' && (one.args as { hazard_id?: Id }).hazard_id === hazard_id)
  return (report?.args as { place_id?: Id } | undefined)?.place_id ?? hazard_id
}
