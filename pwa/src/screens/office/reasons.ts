/** Say why a person may not do something at the desk, in the same words as the server's refusal. */
import type { Permission } from '@/core/permissions'
import { can, posting_levels, problems, roles } from '@/core/rulebook.json'
import type { Role } from '@/core/types'
import { mayAnywhere, mayHere } from '@/shell/permits'
import { say } from '@/shell/saying'
import { preferences } from '@/device/preferences'
import { fill, speak } from '@/words/dictionary'
import officeWords from '@/words/office'

const t = speak(officeWords)
type ProblemName = keyof typeof problems

/** Return a problem of the catalogue in the person's language, its blanks filled. */
export function wordsOf(problem: ProblemName, facts: Record<string, string> = {}): { title: string; detail: string } {
  const { title, detail } = problems[problem]
  return { title: say(title), detail: fill(say(detail), facts) }
}

/** Return the roles that hold a permission, as they are called; with `digits`, those that can hold it over so large a place. */
export function holdersOf(permission: Permission, digits?: number): string {
  const fits = (role: Role) => digits === undefined || (posting_levels[role] as number[]).some((level) => level <= digits)
  const holders = (Object.keys(can) as Role[]).filter((role) => (can[role] as string[]).includes(permission) && fits(role))
  return holders.map((role) => say(roles[role])).join(preferences.language === 'zh' ? '、' : ', ')
}

/** Return why the signed-in person may not do this at this place (anywhere, when none is given); null when they may. */
export function whyNotHere(permission: Permission, place_code?: string): string | null {
  const may = place_code === undefined ? mayAnywhere(permission) : mayHere(permission, place_code)
  return may ? null : t('ask_roles', { roles: holdersOf(permission) })
}
