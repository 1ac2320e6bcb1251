/** Sort a desk's hazards into what comes first, and plan a dispatch of many at once. */
import { dueIn, type Given } from '@/core/lifecycle'
import { whyNot } from '@/core/refusals'
import type { Author } from '@/core/replay'
import type { Day, Notice, Problem } from '@/core/types'
import { proposedDay } from '../hazard/fields'
import { byUrgency, type Hazard, isOpen } from '../hazards/look'

export const GROUPS = ['overdue', 'due_now', 'rest'] as const
export type Group = { name: (typeof GROUPS)[number]; hazards: Hazard[] }

/** Return the groups that have hazards, each in order of urgency: overdue, due today or tomorrow, all others. */
export function triage(hazards: readonly Hazard[], now: Date): Group[] {
  const at = now.toISOString()
  const sorted = [...hazards].sort(byUrgency(now))
  const groupOf = (hazard: Hazard): Group['name'] => {
    const left = isOpen(hazard) ? dueIn(hazard, at) : null
    if (left === null || left > 1) return 'rest'
    return left < 0 ? 'overdue' : 'due_now'
  }
  return GROUPS.map((name) => ({ name, hazards: sorted.filter((hazard) => groupOf(hazard) === name) })).filter(
    (group) => group.hazards.length > 0,
  )
}

/** The same for every hazard of a bulk dispatch; an empty field takes what was proposed when the hazard was reported. */
export type BulkForm = { due_on: Day | ''; measures: string; delivered: Notice['delivered'] }
export type Plan = { ready: { hazard: Hazard; given: Given }[]; left_out: { hazard: Hazard; problem: Problem }[] }

/** Return what would be dispatched, and what is left out with its reason. */
export function planDispatch(hazards: readonly Hazard[], form: BulkForm, person: Author, now: Date): Plan {
  const plan: Plan = { ready: [], left_out: [] }
  for (const hazard of hazards) {
    const given = givenFor(hazard, form, now)
    const problem = whyNot(hazard, 'dispatch_hazard', person, given, now.toISOString())
    if (problem) plan.left_out.push({ hazard, problem })
    else plan.ready.push({ hazard, given })
  }
  return plan
}

function givenFor(hazard: Hazard, form: BulkForm, now: Date): Given {
  return {
    due_on: form.due_on || proposedDay(hazard, now),
    measures: form.measures.trim() || hazard.advice,
    responsible_unit: hazard.responsible_unit ?? (hazard.place_kind === 'premises' ? hazard.place_name : ''),
    notice: { delivered: form.delivered, signed: 'none' },
  }
}

/** Group what is left out by its reason, so that ten times the same is said once. */
export function byReason(left_out: Plan['left_out']): { problem: Problem; hazards: Hazard[] }[] {
  const groups = new Map<string, { problem: Problem; hazards: Hazard[] }>()
  for (const { hazard, problem } of left_out) {
    const key = `${problem.type} ${problem.detail}`
    const group = groups.get(key) ?? { problem, hazards: [] }
    group.hazards.push(hazard)
    groups.set(key, group)
  }
  return [...groups.values()]
}
