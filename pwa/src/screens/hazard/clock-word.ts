/** Say what was odd about the clock of the phone that took a step: recorded, flagged, and no reason to refuse it. */
import type { HazardEvent } from '@/core/types'

export type ClockWord = { name: 'clock_slow' | 'clock_fast' | 'clock_set'; minutes: number }

const WRONG_S = 5 * 60
const MOVED_S = 60

/** Return every oddity worth telling; a clock that is minutes right is not. */
export function clockWords({ clock_off_s: off = 0, clock_moved_s: moved = 0 }: Pick<HazardEvent, 'clock_off_s' | 'clock_moved_s'>): ClockWord[] {
  const words: ClockWord[] = []
  if (Math.abs(off) > WRONG_S) words.push({ name: off > 0 ? 'clock_slow' : 'clock_fast', minutes: minutesOf(off) })
  if (Math.abs(moved) >= MOVED_S) words.push({ name: 'clock_set', minutes: minutesOf(moved) })
  return words
}

const minutesOf = (seconds: number) => Math.round(Math.abs(seconds) / 60)
