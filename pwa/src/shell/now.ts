/** Tell the time on screens: server time as well as the phone knows it, days as they are counted in Shanghai. */
import { onScopeDispose, type Ref, ref } from 'vue'
import type { Day, Instant } from '@/core/types'
import { serverNow } from '@/device/clock'
import { preferences } from '@/device/preferences'

/** China has one zone and no summer time (since 1991). */
const SHANGHAI_MS = 8 * 3_600_000
const TICK_MS = 30_000

/** The server's time, moving on by itself every half minute. */
export function useNow(): Ref<Date> {
  const now = ref(serverNow())
  const timer = setInterval(() => {
    now.value = serverNow()
  }, TICK_MS)
  onScopeDispose(() => clearInterval(timer))
  return now
}

/** Return the day of an instant where the work is done. */
export function dayOf(at: Instant | Date): Day {
  return shifted(at).toISOString().slice(0, 10)
}

/** Return 14:05. */
export function timeOf(at: Instant | Date): string {
  return shifted(at).toISOString().slice(11, 16)
}

/** Return a day as it is said: 11月23日 周一 / Mon 23 Nov; without the weekday when `short`. */
export function sayDay(day: Day, short = false): string {
  const [, month, date] = day.split('-').map(Number)
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  if (preferences.language === 'zh') return `${month}月${date}日${short ? '' : ` 周${'日一二三四五六'[weekday]}`}`
  const name = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][(month ?? 1) - 1]
  return `${short ? '' : `${['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][weekday]} `}${date} ${name}`
}

/** Return 14:05 for today, else the day and the time. */
export function sayInstant(at: Instant, now: Date): string {
  return dayOf(at) === dayOf(now) ? timeOf(at) : `${sayDay(dayOf(at), true)} ${timeOf(at)}`
}

/** Return the day so many days later. */
export function daysLater(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

function shifted(at: Instant | Date): Date {
  return new Date((typeof at === 'string' ? Date.parse(at) : at.getTime()) + SHANGHAI_MS)
}
