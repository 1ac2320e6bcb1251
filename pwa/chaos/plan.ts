/** Plan a run from its seed alone: who has which phone, what they do, and what goes wrong when. */
import { Chance } from './chance'
import type { DeedName } from './deeds'
import type { Planned } from './person'
import type { Habits } from './phone'
import { WEATHERS, type Weather } from './troubles'

export type Role = 'worker' | 'colleague' | 'reviewer' | 'leader'
export type PhonePlan = { role: Role; weather: Weather; habits: Habits; acts: Planned[] }
export type Kill = { what: 'server' | 'database'; at_request: number; when: 'before' | 'after' }
export type Plan = { seed: number; phones: PhonePlan[]; kills: Kill[] }

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** Ahead of or behind the truth: a little, by days, by years, or set back to the day the phone was made. */
const WRONG_CLOCKS = [3 * MINUTE_MS, -9 * MINUTE_MS, DAY_MS, -2 * DAY_MS, 6 * DAY_MS, 365 * DAY_MS, -400 * DAY_MS, -2000 * DAY_MS] as const

const WORK: Record<DeedName, number> = {
  ...{ recordVisit: 14, findAndAdvise: 18, wholeLife: 16, fixOnSite: 10, registerDoor: 5, note: 10, correct: 7 },
  ...{ submitSeen: 10, review: 2, dispatch: 1, tooGrave: 3, unknownHazard: 3, unreadable: 1, reportTwice: 0 },
}
const REVIEW: Record<DeedName, number> = {
  ...{ recordVisit: 5, findAndAdvise: 5, wholeLife: 6, fixOnSite: 4, registerDoor: 1, note: 15, correct: 2 },
  ...{ submitSeen: 12, review: 35, dispatch: 10, tooGrave: 2, unknownHazard: 2, unreadable: 1, reportTwice: 0 },
}
/** A leader does not visit; whatever is not his to do on the way stays out. */
const LEAD: Record<DeedName, number> = {
  ...{ recordVisit: 0, findAndAdvise: 0, wholeLife: 0, fixOnSite: 0, registerDoor: 0, note: 0, correct: 0 },
  ...{ submitSeen: 0, review: 0, dispatch: 0, tooGrave: 0, unknownHazard: 1, unreadable: 0, reportTwice: 9 },
}
const DUTIES: Record<Role, Record<DeedName, number>> = { worker: WORK, colleague: WORK, reviewer: REVIEW, leader: LEAD }

/** Return the plan of a run. `chance_of_kill` is how likely it kills the server, and again the database. */
export function planOf(seed: number, chance_of_kill: number): Plan {
  const chance = new Chance(seed, 'plan')
  const roles: Role[] = ['worker', 'colleague']
  if (chance.is(0.6)) roles.push('reviewer')
  // The same person on two phones.
  if (chance.is(0.2)) roles.push('worker')
  // By a source of its own: what the others do is the same with and without a leader.
  const leading = new Chance(seed, 'leader')
  const kills = (['server', 'database'] as const).flatMap((what) => killOf(chance, what, chance_of_kill))
  const phones = roles.map((role) => phoneOf(chance, role))
  if (leading.is(0.2)) phones.push(phoneOf(leading, 'leader'))
  return { seed, phones, kills }
}

function killOf(chance: Chance, what: Kill['what'], chance_of_kill: number): Kill[] {
  const kill: Kill = { what, at_request: chance.between(8, 90), when: chance.of(['before', 'after'] as const) }
  return chance.is(chance_of_kill) ? [kill] : []
}

function phoneOf(chance: Chance, role: Role): PhonePlan {
  const weather = chance.weighted(WEATHERS)
  const fuses = Array.from({ length: chance.weighted({ 0: 25, 1: 30, 2: 25, 3: 20 }) as unknown as number }, () => chance.between(15, 260))
  const habits: Habits = {
    fuses,
    tabs: chance.is(0.25) ? 2 : 1,
    locks: chance.weighted({ none: 35, kept: 55, orphaned: 10 }),
    is_outdated: chance.is(0.06),
  }
  return { role, weather, habits, acts: actsOf(chance, role) }
}

function actsOf(chance: Chance, role: Role): Planned[] {
  const acts: Planned[] = []
  for (let count = chance.between(3, 6); count > 0; count--) {
    const deed = chance.weighted(DUTIES[role])
    acts.push({ kind: 'deed', deed, is_drafted: chance.is(0.5), pause_ms: chance.between(0, 350) })
    const happening = chance.weighted({
      nothing: 60,
      clock: 8,
      expire: 8,
      kill: 8,
      wake: 6,
      'make-room': 5,
      'lose-cookie': 3,
      'throw-away': 4,
    })
    if (happening !== 'nothing') acts.push(actOf(chance, happening))
  }
  return acts
}

function actOf(chance: Chance, kind: Exclude<Planned['kind'], 'deed'>): Planned {
  const pause_ms = chance.between(0, 350)
  const clock = { ahead_ms: chance.of([...WRONG_CLOCKS, 0]), is_mid_form: chance.is(0.5) }
  return kind === 'clock' ? { kind, ...clock, pause_ms } : { kind, pause_ms }
}
