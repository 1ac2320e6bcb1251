/** Find the number patterns of persons that do not belong in a remark: ID cards and telephones, never names. */

import { visits } from './rulebook.json'

type Kind = keyof typeof visits.personal_numbers
const PATTERNS = Object.entries(visits.personal_numbers).map(([kind, pattern]) => [kind as Kind, new RegExp(pattern)] as const)

/** Returns which kind of personal number a remark seems to hold, or null: such a remark is refused. */
export function personalNumber(text: string): Kind | null {
  const plain = text.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-')
  return PATTERNS.find(([, pattern]) => pattern.test(plain))?.[0] ?? null
}
