/** Decide a step of a hazard's life on the phone, as the server will: tests/vectors/lifecycle.json binds the two. */
import {
  type Case,
  conditions,
  type Doer,
  dayOf,
  dueIn,
  type Given,
  type HazardFacts,
  holds,
  isFilled,
  look,
  plusDays,
  printed,
  type Refusal,
  refusal,
  rolesHere,
  rules,
} from './hazard-conditions'
import type { HazardAction } from './mutations'
import type { Day, HazardEvent, Instant, Stage } from './types'

export type { Doer, Given, HazardFacts, Level, Refusal } from './hazard-conditions'
export { deadlineOn, dueIn, escalationProposed } from './hazard-conditions'
export type Action = HazardAction | 'report_hazard'

/** May this person take this step now? Null when so, else why not; `whyNot` of core/refusals.ts says the same in words. */
export function refusalOf(hazard: HazardFacts, action: Action, person: Doer, given: Given | null, now: Instant): Refusal | null {
  const of = theCase(hazard, action, person, given, now)
  return notTheirs(of) ?? notNow(of) ?? notFourEyes(of) ?? notHere(of) ?? notGiven(of)
}

function theCase(hazard: HazardFacts, action: Action, person: Doer, given: Given | null, now: Instant): Case {
  const step = rules.steps[action]
  if (step === undefined) throw new Error(`no such step: ${action}`)
  return { hazard, action, step, person, given, at: now, today: dayOf(now) }
}

const allowed = ({ step, hazard }: Case) => step.by[hazard.track]
const rolesOf = (of: Case) => rolesHere(of.hazard, of.person, of.today)

function notTheirs(of: Case): Refusal | null {
  const acting = allowed(of).filter((role) => rolesOf(of).has(role))
  if (acting.length === 0) {
    const words = printed(rules.roles, allowed(of))
    return refusal('not-your-step', { roles: allowed(of), roles_zh: words.zh || '—', roles_en: words.en || '—' })
  }
  const needsLicence = of.step.licensed.includes(of.hazard.track) && acting.every((role) => role === 'safety_officer')
  return needsLicence && !of.person.licence_number ? refusal('not-officer') : null
}

const actionWords = ({ action, step }: Case) => ({ action, action_zh: step.zh, action_en: step.en })

function notNow(of: Case): Refusal | null {
  const stage = of.hazard.stage
  if (of.step.stages.includes(stage)) return null
  if (stage === 'voided')
    return of.hazard.duplicate_of ? refusal('already-joined', { stage, joined_to: of.hazard.joined_to }) : refusal('already-voided', { stage })
  const words = rules.stages[stage]
  return refusal('wrong-stage', { stage, version: of.hazard.version, stage_zh: words?.zh, stage_en: words?.en, ...actionWords(of) })
}

function notFourEyes(of: Case): Refusal | null {
  if (!of.step.four_eyes) return null
  if (!rolesOf(of).has('responsible_unit') && !of.hazard.worked_by.includes(of.person.id)) return null
  const words = printed(rules.roles, allowed(of))
  return refusal('own-work', { roles_zh: words.zh, roles_en: words.en })
}

function notHere(of: Case): Refusal | null {
  const unmet = of.step.requires.find((requirement) => !holds(requirement.when, of))
  return unmet === undefined ? null : refusal(unmet.problem, actionWords(of))
}

function notGiven(of: Case): Refusal | null {
  // What no filling-in can mend is said first.
  const blocked = unmet({ ...of, given: null })
  if (blocked !== null || of.given === null) return blocked
  return missing(of) ?? wrongDay(of) ?? unmet(of)
}

function unmet(of: Case): Refusal | null {
  for (const name of of.step.checks) {
    const found = conditions[name]?.(of) ?? null
    if (found !== null) return found
  }
  return null
}

function missing(of: Case): Refusal | null {
  const needs = of.step.needs
    .filter((need) => holds(need.when, of) && !need.paths.some((path) => isThere(path, of)))
    .map((need) => need.evidence)
  if (needs.length === 0) return null
  const words = printed(rules.labels.evidence, needs)
  const code = needs.join() === 'reason' ? 'reason-needed' : 'evidence-missing'
  return refusal(code, { needs, needs_zh: words.zh, needs_en: words.en })
}

function isThere(path: string, of: Case): boolean {
  const value = look(path, of)
  return typeof value === 'boolean' ? value : isFilled(value)
}

function wrongDay(of: Case): Refusal | null {
  for (const limit of of.step.days) {
    const asked = look(`given.${limit.field}`, of)
    const [earliest, latest] = limits(of, limit)
    if (typeof asked === 'string' && !(earliest <= asked && asked <= latest)) {
      return refusal('deadline-wrong', { field: limit.field, earliest_on: earliest, latest_on: latest })
    }
  }
  return null
}

function limits({ hazard, today }: Case, limit: Case['step']['days'][number]): [Day, Day] {
  const old = limit.after === null ? null : (((hazard as Given)[limit.after] as Day | null | undefined) ?? null)
  const longest = rules.max_days[limit.limit]?.[hazard.grade] ?? 0
  if (old === null || old < today) return [today, plusDays(today, longest)]
  return [plusDays(old, 1), plusDays(old, longest)]
}

/** Return the first and the last day that may be given for a field of a step, for its date input; null when it has none. */
export function dayLimits(hazard: HazardFacts, action: Action, field: string, now: Instant): { earliest_on: Day; latest_on: Day } | null {
  const of = theCase(hazard, action, { id: '', licence_number: null, postings: [] }, null, now)
  const limit = of.step.days.find((each) => each.field === field)
  if (limit === undefined) return null
  const [earliest_on, latest_on] = limits(of, limit)
  return { earliest_on, latest_on }
}

/** The same in each step: who did it, and what the history keeps. */
export type Advanced = { hazard: HazardFacts; event: Pick<HazardEvent, 'action' | 'at' | 'by_role' | 'from_stage' | 'to_stage' | 'given'> }

/** Return the hazard after a step, and the event for its history; throws the Refusal that `refusalOf` returns. */
export function advance(hazard: HazardFacts, action: Action, person: Doer, given: Given, now: Instant): Advanced {
  const refused = refusalOf(hazard, action, person, given, now)
  if (refused !== null) throw refused
  const of = theCase(hazard, action, person, given, now)
  const stage = (of.step.to.find((way) => holds(way.when, of))?.stage ?? hazard.stage) as Stage
  const changes = of.step.changes.filter((change) => holds(change.when, of))
  const changed = Object.fromEntries(changes.map((change) => [change.field, newValue(change.field, change.source, of)]))
  const named = ((given.photos as HazardFacts['photos'] | undefined) ?? []).map(({ sha256, role }) => ({ sha256, role, arrived: false }))
  const closes = rules.closed_stages.includes(stage) && stage !== hazard.stage
  return {
    hazard: {
      ...hazard,
      ...changed,
      stage,
      photos: [...hazard.photos, ...named],
      photos_awaited: (hazard.photos_awaited ?? 0) + named.length,
      closed_at: closes ? now : (hazard.closed_at ?? null),
      version: (hazard.version ?? 0) + 1,
    },
    event: { action, at: now, by_role: roleOf(of), from_stage: fromStage(hazard), to_stage: stage, given },
  }
}

const fromStage = (hazard: HazardFacts): Stage | null => (hazard.stage === 'draft' ? null : hazard.stage)
const roleOf = (of: Case): string => allowed(of).find((role) => rolesOf(of).has(role)) ?? ''

function newValue(field: string, source: string, of: Case): unknown {
  const fixed: Given = { true: true, false: false, none: null }
  if (source in fixed) return fixed[source]
  if (source === 'one_more') return (((of.hazard as Given)[field] as number | undefined) ?? 0) + 1
  if (source === 'person') return [...new Set([...of.hazard.worked_by, of.person.id])]
  if (source === 'proposed_day') return plusDays(of.today, look('given.proposed_due_days', of) as number)
  return look(source, of)
}

/** Has the last day passed while the hazard is open? */
export function isOverdue(hazard: HazardFacts, now: Instant): boolean {
  return (dueIn(hazard, now) ?? 0) < 0
}

/** Does the hazard count as closed in figures: closed, with every named photo on the server? */
export function countsAsClosed(hazard: HazardFacts): boolean {
  return rules.closed_stages.includes(hazard.stage) && (hazard.photos_awaited ?? 0) === 0
}
