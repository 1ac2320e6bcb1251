/** The marks of hazards on maps and in lists: shape is severity, letter is stage, colour is deadline, overdue also carries "!". */

export type MarkShape = 'circle' | 'triangle' | 'diamond'
export type MarkTone = 'calm' | 'soon' | 'overdue' | 'done'
export type Mark = { shape: MarkShape; tone: MarkTone; letter: string }

/** Outlines around 0,0 in a box of 50 × 50, and how far below the middle the letter's foot stands. */
export const outlines: Record<MarkShape, { path: string; letter_y: number }> = {
  circle: { path: 'M0-15A15 15 0 1 1 0 15A15 15 0 1 1 0-15z', letter_y: 5 },
  triangle: { path: 'M0-19.2L19.5 14.7H-19.5z', letter_y: 9 },
  diamond: { path: 'M0-20.5L20.5 0L0 20.5L-20.5 0z', letter_y: 5 },
}

/** Token names of the fill and of the letter on it. */
export const tones: Record<MarkTone, { fill: string; letter: string }> = {
  calm: { fill: '--plate', letter: '--plate-ink' },
  soon: { fill: '--warn-solid', letter: '#14202B' },
  overdue: { fill: '--danger', letter: '--on-solid' },
  done: { fill: '--ok', letter: '--on-solid' },
}

/** Return a mark's name for the map's store of pictures, and back. */
export function markName({ shape, tone, letter }: Mark): string {
  return `mark|${shape}|${tone}|${letter}`
}

export function markFromName(name: string): Mark | null {
  const [kind, shape, tone, letter = ''] = name.split('|')
  if (kind !== 'mark' || !shape || !tone || !(shape in outlines) || !(tone in tones)) return null
  return { shape: shape as MarkShape, tone: tone as MarkTone, letter }
}
