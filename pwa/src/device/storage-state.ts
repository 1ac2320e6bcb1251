/** Know whether the phone promises to keep what is stored, and whether it still has room; the browser's own estimate is not believed. */
import { reactive, readonly } from 'vue'
import type { Database } from './database'

const now = reactive({ persisted: false, full: false, photos_left: null as number | null })
/**
 * `persisted`: the browser promised not to clear by itself. `full`: a write failed for lack of room.
 * `photos_left`: how many photos were found to fit by trying; null while there is plenty, or nothing is known.
 */
export const storageState = readonly(now)

/** Ask the browser to keep what is stored; browsers decide silently, so ask again at each start. */
export async function askToPersist(): Promise<boolean> {
  try {
    now.persisted = (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false
  } catch {
    now.persisted = false
  }
  return now.persisted
}

/** After the first thing that is worth keeping, when a browser that asks the person has a reason to. Once for each page. */
export function askToPersistOnce(): void {
  if (asked) return
  asked = true
  void askToPersist()
}
let asked = false

const TRY_AGAIN_MS = 60_000
let tried_at_ms = Number.NEGATIVE_INFINITY

/** Find out, at most once a minute, whether room for photos is running out, before a photo is lost to it. */
export async function noteRoom(database: Database): Promise<void> {
  if (performance.now() - tried_at_ms < TRY_AGAIN_MS) return
  tried_at_ms = performance.now()
  try {
    const { roomForPhotos } = await import('./room')
    now.photos_left = await roomForPhotos(database, now.full)
  } catch {
    now.photos_left = null
  }
}

/** Whether a failed write means that the phone is full. Dexie wraps the browser's error in an AbortError. */
export function isFull(error: unknown): boolean {
  for (let cause = error, depth = 0; cause && depth < 4; depth += 1) {
    const { name, inner } = cause as { name?: string; inner?: unknown }
    if (name === 'QuotaExceededError' || name === 'NS_ERROR_DOM_QUOTA_REACHED') return true
    cause = inner ?? (cause as { cause?: unknown }).cause
  }
  return false
}

/** Remember what a write told: that it failed for lack of room, or that there is room again. */
export function noteWrite(error?: unknown): void {
  if (error === undefined) now.full = false
  else if (isFull(error)) now.full = true
}
