/** Keep the copy of a photo on which parts are painted over beside the photo, and name both in records. */
import type { Leaves, PhotoMention, Sha256 } from '../core/types'
import type { Database, NewMutation } from './database'
import { surviving } from './storage'

export type Redaction = { sha256: Sha256; leaves: Leaves }

/** Say that a photo has this copy, and which of the two may leave the house; null takes the copy away again. */
export async function noteRedaction(database: Database, original: Sha256, redaction: Redaction | null): Promise<void> {
  await surviving(database, () => database.photos.update(original, { redaction }))
}

/** Return the records with the copies of their photos named: what was chosen at the photo counts wherever it is named. */
export async function withRedactions(database: Database, made: NewMutation[]): Promise<NewMutation[]> {
  const names = made.flatMap((one) => mentionsOf(one).map(({ sha256 }) => sha256))
  if (names.length === 0) return made
  const kept = await surviving(database, () => database.photos.bulkGet(names))
  const redactions = new Map(kept.flatMap((photo) => (photo?.redaction ? [[photo.sha256, photo.redaction] as const] : [])))
  return redactions.size === 0 ? made : made.map((one) => renamed(one, redactions))
}

function mentionsOf({ args }: NewMutation): PhotoMention[] {
  const { photos } = args as { photos?: PhotoMention[] }
  return Array.isArray(photos) ? photos : []
}

function renamed(one: NewMutation, redactions: ReadonlyMap<Sha256, Redaction>): NewMutation {
  const mentions = mentionsOf(one)
  if (mentions.length === 0) return one
  const photos = mentions.map((mention) => {
    const redaction = redactions.get(mention.sha256)
    return redaction ? { ...mention, redacted: redaction.sha256, leaves: redaction.leaves } : mention
  })
  return { ...one, args: { ...one.args, photos } } as NewMutation
}
