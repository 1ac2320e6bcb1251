/** Word what is known of a photo's moment and place. */
import type { Fix, Instant } from '@/core/types'
import { timeOf } from '@/shell/now'

/** A fix of open ground, one of a stairwell, and one that says little; all are accepted. */
const FINE_M = 20
const WIDE_M = 100

export function accuracyWord(fix: Pick<Fix, 'accuracy_m'> | null): 'none' | 'fine' | 'indoors' | 'wide' {
  if (fix === null) return 'none'
  if (fix.accuracy_m > WIDE_M) return 'wide'
  return fix.accuracy_m > FINE_M ? 'indoors' : 'fine'
}

/** Return how the phone's clock stands to the server's; `skew_ms` is server minus phone. */
export function clockWord(skew_ms: number): { name: 'fits' | 'slow' | 'fast'; seconds: number } {
  const seconds = Math.round(Math.abs(skew_ms) / 1000)
  if (seconds === 0) return { name: 'fits', seconds }
  return { name: skew_ms > 0 ? 'slow' : 'fast', seconds }
}

/** Return 14:33:08, where the work is done. */
export function secondsOf(at: Instant): string {
  return `${timeOf(at)}:${at.slice(17, 19)}`
}
