/** Fetch, in idle time, the "before" pictures of the open hazards on this phone, so that a repair can be photographed offline. */
import type { HazardRow, Sha256 } from '../core/types'
import { dropPictures, keepPicture, keptPictures, type PictureSize } from '../device/pictures'
import type { Phone } from '../device/phone'
import { StorageFull, surviving } from '../device/storage'

const OPEN = ['registered', 'dispatched', 'transferred', 'in_rectification', 'extension_pending', 'submitted']
/** The most urgent are kept large enough to be laid over the camera's picture, the others for looking at. */
const LARGE = 40
export const MOST = 240
export const MOST_BYTES = 24 * 1024 * 1024
const TIMEOUT_MS = 20_000

export type Wanted = { sha256: Sha256; size: PictureSize }

/** Return the picture that shows a hazard as it was found, or undefined. */
export function beforePicture(hazard: Pick<HazardRow, 'photos'>): HazardRow['photos'][number] | undefined {
  return hazard.photos.find((photo) => photo.role === 'before') ?? hazard.photos.find((photo) => photo.role === 'item')
}

/** Return which pictures this phone should hold, the most urgent hazard first. */
export function wantedPictures(hazards: readonly Pick<HazardRow, 'photos' | 'stage' | 'due_on' | 'reported_at'>[]): Wanted[] {
  const open = hazards.filter((hazard) => OPEN.includes(hazard.stage))
  open.sort((one, other) => (one.due_on ?? '9').localeCompare(other.due_on ?? '9') || other.reported_at.localeCompare(one.reported_at))
  const names = open.flatMap((hazard) => {
    const photo = beforePicture(hazard)
    return photo?.arrived ? [photo.sha256] : []
  })
  return [...new Set(names)].slice(0, MOST).map((sha256, index) => ({ sha256, size: index < LARGE ? 'screen' : 'thumb' }))
}

/** Bring the kept pictures in line with the open hazards; return how many were fetched. It ends quietly where the network or the room does. */
export async function fetchBeforePictures(phone: Phone, stopped: () => boolean = () => false): Promise<number> {
  const { database } = phone
  const wanted = wantedPictures(await surviving(database, () => database.hazard.toArray()))
  const kept = await keptPictures(database)
  const names = new Set(wanted.map((one) => one.sha256))
  await dropPictures(database, [...kept.keys()].filter((sha256) => !names.has(sha256)))
  let room = MOST_BYTES - [...kept].reduce((sum, [sha256, one]) => sum + (names.has(sha256) ? one.size_bytes : 0), 0)
  let fetched = 0
  for (const { sha256, size } of wanted) {
    if (stopped() || room <= 0) break
    if (isKept(kept.get(sha256)?.size, size) || (await isTakenHere(phone, sha256))) continue
    const bytes = await fetchPicture(phone, sha256, size)
    if (bytes === 'later' || !(await keep(phone, sha256, size, bytes))) break
    room -= bytes?.byteLength ?? 0
    fetched += bytes ? 1 : 0
  }
  return fetched
}

function isKept(size: PictureSize | undefined, wanted: PictureSize): boolean {
  return size === 'screen' || size === wanted
}

async function isTakenHere({ database }: Phone, sha256: Sha256): Promise<boolean> {
  return (await surviving(database, () => database.photos.where('sha256').equals(sha256).count())) > 0
}

/** Return the picture, undefined where this person may not see it, or `later` when the network does not carry now. */
async function fetchPicture(phone: Phone, sha256: Sha256, size: PictureSize): Promise<ArrayBuffer | undefined | 'later'> {
  const patience = new AbortController()
  const callOff = phone.clock.after(TIMEOUT_MS, () => patience.abort())
  try {
    const asked = { headers: phone.headers, signal: patience.signal }
    const answer = await phone.fetch(`${phone.server}/api/photos/${sha256}?size=${size}`, asked)
    // A captive portal answers 200 with a page: only a picture counts.
    const is_picture = answer.ok && (answer.headers.get('content-type') ?? '').startsWith('image/')
    if (is_picture) return await answer.arrayBuffer()
    return answer.status === 404 || answer.status === 409 ? undefined : 'later'
  } catch {
    return 'later'
  } finally {
    callOff()
  }
}

async function keep({ database }: Phone, sha256: Sha256, size: PictureSize, bytes: ArrayBuffer | undefined): Promise<boolean> {
  try {
    if (bytes) await keepPicture(database, sha256, size, bytes)
    return true
  } catch (error) {
    if (error instanceof StorageFull) return false
    throw error
  }
}
