/** Say a past day with its year: a time line may span several. */
import type { Day } from '@/core/types'
import { sayDay } from '@/shell/now'
import { speak } from '@/words/dictionary'
import pastWords from '@/words/past'

const t = speak(pastWords)

/** Return 2026年8月31日 周一 / Mon 31 Aug 2026. */
export const dayWithYear = (day: Day): string => t('day', { day: sayDay(day), year: day.slice(0, 4) })
