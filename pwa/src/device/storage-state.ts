/** Know whether the phone promises to keep what is stored, and whether it still has room; the browser's own estimate is not believed. */
import { reactive, readonly } from 'vue'

const now = reactive({ persisted: false, full: false })
/** `persisted`: the browser promised not to clear by itself. `full`: a write failed for lack of room. */
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
