/** Load a photo for sending: as it is, or from a locked phone as it lies, for the server to open. */
import type { Photo, Sha256 } from '../core/types'
import { photoCipher } from '../device/at-rest'
import { toBase64 } from '../device/base64'
import type { Phone } from '../device/phone'
import { surviving } from '../device/storage'

/** What goes over the line: a photo as it is; or as it lies on a locked phone, with the envelope by which the server opens it. */
export type Cargo = { sha256: Sha256; bytes: ArrayBuffer; envelope: string | null }

/** Return the cargo; undefined when the bytes are gone, null when a locked phone cannot send it yet. */
export async function load({ database }: Phone, { sha256, upload_url, upload_sealed }: Photo): Promise<Cargo | undefined | null> {
  const kept = await surviving(database, () => database.photo_bytes.get(sha256))
  if (!kept) return undefined
  const envelope = kept.for_server ? toBase64(kept.for_server) : null
  if (!database.vault) return (kept as { sealed?: unknown }).sealed && !envelope ? null : { sha256, bytes: kept.bytes, envelope }
  // What was begun while the phone was locked goes on where it stopped, in the same bytes.
  const isGoingOn = upload_url && upload_sealed && envelope && kept.content_key
  return isGoingOn ? { sha256, bytes: photoCipher(isGoingOn, kept.bytes), envelope } : { sha256, bytes: kept.bytes, envelope: null }
}
