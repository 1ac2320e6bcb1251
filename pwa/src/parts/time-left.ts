/** Count what is left until the end of a day in Shanghai. */

export type TimeLeft = { tone: 'neutral' | 'soon' | 'overdue'; days: number; hours: number; due_in_days: number }

const hour_ms = 3_600_000
const day_ms = 24 * hour_ms
/** China has one zone and no summer time (since 1991). */
const shanghai_ms = 8 * hour_ms
/** From here on a deadline is shown as near. */
const soon_ms = 3 * day_ms

/** Return how much is left of a deadline, which ends with its day; `days` and `hours` are whole and count the overrun when overdue.
 *
 * `due_in_days` counts calendar days: 0 today, 1 tomorrow, negative once past.
 */
export function timeLeft(due_on: string, now: Date): TimeLeft {
  const end_ms = Date.parse(`${due_on}T00:00:00Z`) + day_ms - shanghai_ms
  const left_ms = end_ms - now.getTime()
  const today = Math.floor((now.getTime() + shanghai_ms) / day_ms)
  const due_in_days = Math.round(Date.parse(`${due_on}T00:00:00Z`) / day_ms) - today
  if (left_ms <= 0) return { tone: 'overdue', days: -due_in_days, hours: Math.floor(-left_ms / hour_ms), due_in_days }
  return {
    tone: left_ms <= soon_ms ? 'soon' : 'neutral',
    days: Math.floor(left_ms / day_ms),
    hours: Math.floor((left_ms % day_ms) / hour_ms),
    due_in_days,
  }
}
