/** Say in words when somebody means to come again. */
import type { Revisit } from '@/core/types'
import { sayDay, timeOf } from '@/shell/now'
import { speak } from '@/words/dictionary'
import todayWords from '@/words/today'

const t = speak(todayWords)

/** Return 约 18:30, 今晚再来, 11月28日再来 or 再来. */
export function sayRevisit(revisit: Revisit | null): string {
  if (revisit?.at) return t('appointed', { time: timeOf(revisit.at) })
  if (revisit?.window === 'evening' || revisit?.window === 'weekend') return t(revisit.window)
  return revisit?.on ? t('again_on', { day: sayDay(revisit.on, true) }) : t('again')
}
