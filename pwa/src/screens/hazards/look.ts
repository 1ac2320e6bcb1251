/** Say what a hazard looks like in a list or on a map: its mark, its title, its urgency. */
import { deadlineOn, dueIn } from '@/core/lifecycle'
import { rules } from '@/core/hazard-conditions'
import type { Bilingual, HazardRow, Stage } from '@/core/types'
import type { ShownRow } from '@/core/replay'
import type { Language } from '@/device/preferences'
import type { Mark, MarkShape, MarkTone } from '@/parts/marks'

export type Hazard = ShownRow<'hazard'>

const LETTERS: Record<Stage, Bilingual> = {
  registered: { zh: '登', en: 'R' },
  closed_on_site: { zh: '当', en: 'O' },
  dispatched: { zh: '下', en: 'D' },
  transferred: { zh: '移', en: 'T' },
  in_rectification: { zh: '改', en: 'F' },
  extension_pending: { zh: '延', en: 'E' },
  submitted: { zh: '验', en: 'V' },
  closed: { zh: '销', en: 'C' },
  voided: { zh: '废', en: 'X' },
}
export const SHAPES: Record<HazardRow['grade'], MarkShape> = {
  general: 'circle',
  suspected_major: 'triangle',
  life_threatening: 'triangle',
  confirmed_major: 'diamond',
}
/** From here on a deadline is shown as near, as in parts/time-left.ts. */
const SOON_DAYS = 3

/** Return the letter of a stage in the legend's language. */
export const letterOf = (stage: Stage, language: Language): string => LETTERS[stage][language]

/** Return shape, colour and letter; colour follows the deadline, and what has ended is done. */
export function markOf(hazard: Hazard, now: Date, language: Language): Mark {
  return { shape: SHAPES[hazard.grade], tone: toneOf(hazard, now), letter: letterOf(hazard.stage, language) }
}

function toneOf(hazard: Hazard, now: Date): MarkTone {
  if (!isOpen(hazard)) return 'done'
  const left = dueIn(hazard, now.toISOString())
  if (left === null || left > SOON_DAYS) return 'calm'
  return left < 0 ? 'overdue' : 'soon'
}

export const isOpen = (hazard: Pick<HazardRow, 'stage'>): boolean => rules.open_stages.includes(hazard.stage)

/** Return what was seen, in the finder's own words where there are any. */
export function titleOf(hazard: Pick<HazardRow, 'what' | 'description' | 'number'>): string {
  return hazard.what.join('、') || hazard.description || hazard.number
}

/** Return the words of a code that the rulebook knows, else the code. */
export function wordsOf(
  kind: 'stage' | 'grade' | 'category' | 'track' | 'level' | 'department' | 'no_photo_reason',
  code: string,
): Bilingual {
  const words = kind === 'stage' ? rules.stages : rules.labels[kind]
  return words?.[code] ?? { zh: code, en: code }
}

export const isAtRisk = (hazard: Pick<HazardRow, 'grade'>): boolean => hazard.grade !== 'general'

/** Order by what is to be done first: overdue longest, then due soonest, the graver before the lighter, ended ones last. */
export function byUrgency(now: Date): (one: Hazard, other: Hazard) => number {
  const at = now.toISOString()
  const days = (hazard: Hazard) => (isOpen(hazard) ? (dueIn(hazard, at) ?? 1_000_000) : 2_000_000)
  const weight = (hazard: Hazard) => (isAtRisk(hazard) ? 0 : 1)
  return (one, other) => days(one) - days(other) || weight(one) - weight(other) || (one.reported_at < other.reported_at ? 1 : -1)
}

/** Return the day that counts now, which may be the department's reply; null when no clock runs. */
export { deadlineOn }
