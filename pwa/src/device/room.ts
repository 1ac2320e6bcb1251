/** Find out how many more photos fit, by really keeping that many bytes for a moment: the browser's estimate only says when to try. */
import type { Database } from './database'
import { surviving } from './storage'

export const ROOM_TRIED = 8
/** A photo of 1600 px with its preview. */
const PHOTO_BYTES = 400 * 1024
/** With more than this left by the browser's own word, nothing is tried. */
const PLENTY_BYTES = 100 * 1024 * 1024
const PREFIX = 'room:'

/** Return how many photos still fit, at most ROOM_TRIED; null when there is plenty, or no way to know. */
export async function roomForPhotos(database: Database, is_full: boolean): Promise<number | null> {
  if (!is_full && !(await isScarce())) return null
  try {
    await clear(database)
    return await tryToKeep(database)
  } catch {
    return null
  } finally {
    await clear(database).catch(() => undefined)
  }
}

async function isScarce(): Promise<boolean> {
  try {
    const { quota, usage } = await navigator.storage.estimate()
    return quota !== undefined && usage !== undefined && quota - usage < PLENTY_BYTES
  } catch {
    return false
  }
}

async function tryToKeep(database: Database): Promise<number> {
  for (let count = 0; count < ROOM_TRIED; count++) {
    try {
      await surviving(database, () => database.kv.put({ key: PREFIX + count, value: noise() }))
    } catch (error) {
      if ((error as Error).name !== 'StorageFull') throw error
      return count
    }
  }
  return ROOM_TRIED
}

async function clear(database: Database): Promise<void> {
  await surviving(database, () => database.kv.where('key').startsWith(PREFIX).delete())
}

/** Bytes that no database can make smaller, as little as those of a photo. */
function noise(): ArrayBuffer {
  const bytes = new Uint8Array(PHOTO_BYTES)
  for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(bytes.length, at + 65_536)))
  return bytes.buffer
}
