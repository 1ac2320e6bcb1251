/** Decide whether a hazard may be joined to another as its duplicate, as the server will: tests/vectors/twins.json binds the two. */
import { rules } from './hazard-conditions'
import { problem } from './refusals'
import { gravity, labels } from './rulebook.json'
import { compare, type Spot } from './twins'
import type { HazardEvent, HazardRow, Id, Problem } from './types'

/** The line that a joining leaves in the history of the hazard that stays. */
export const JOIN_DUPLICATE = 'join_duplicate'

export type Joining = Spot &
  Pick<HazardRow, 'id' | 'number' | 'place_code' | 'place_name' | 'location_note' | 'stage' | 'grade' | 'suspended' | 'listed' | 'duplicate_of' | 'joined_to'> & {
    events: Pick<HazardEvent, 'action' | 'given'>[]
  }

/** Return the ids and numbers of what was joined to a hazard, the first first. */
export function joinedTo({ events }: Pick<Joining, 'events'>): { id: Id; number: string }[] {
  return events.filter(({ action }) => action === JOIN_DUPLICATE).map(({ given }) => ({ id: given.duplicate_id as Id, number: given.duplicate_number as string }))
}

/** May `one` be joined to `kept`? Null when so, else the refusal that says what to do. */
export function whyNotJoined(one: Joining, kept: Joining): Problem | null {
  const numbers = { one: one.number, number: kept.number }
  if (one.id === kept.id) return problem('joined-to-itself', numbers)
  if (one.place_code.slice(0, 9) !== kept.place_code.slice(0, 9)) return problem('other-subdistrict', numbers)
  if (kept.duplicate_of === one.id) return problem('joined-here', numbers)
  if (kept.duplicate_of) return problem('kept-was-joined', { ...numbers, joined_to: kept.joined_to })
  if (!rules.open_stages.includes(kept.stage)) {
    const stage = rules.stages[kept.stage]
    return problem('kept-has-ended', { ...numbers, stage: kept.stage, stage_zh: stage?.zh, stage_en: stage?.en })
  }
  const held = joinedTo(one)[0]?.number
  if (held) return problem('holds-joined', { ...numbers, held })
  return mustStay(one, kept) ?? apart(one, kept)
}

function mustStay(one: Joining, kept: Joining): Problem | null {
  const because = (why_zh: string, why_en: string) => problem('must-stay', { one: one.number, number: kept.number, why_zh, why_en })
  if (gravity[one.grade] > gravity[kept.grade]) return because('判得更重', 'is graded higher')
  if (one.suspended && !kept.suspended) return because('已责令停产停业', 'is under a suspension order')
  return one.listed && !kept.listed ? because('已挂牌督办', 'is listed for supervision') : null
}

function apart(one: Joining, kept: Joining): Problem | null {
  const numbers = { one: one.number, number: kept.number }
  const between = compare(one, kept)
  if (between.by === 'place') return between.same ? null : problem('not-same-place', { ...numbers, ...placeOf(one, 'place'), ...placeOf(kept, 'other') })
  const { metres, radius_m } = between
  if (metres === null) return problem('no-position-to-compare', numbers)
  return metres <= radius_m ? null : problem('too-far-apart', { ...numbers, metres: Math.round(metres), radius_m: Math.round(radius_m) })
}

function placeOf({ place_name, location_note, place_kind }: Joining, name: 'place' | 'other'): Record<string, string> {
  const { zh, en } = labels.place_kind[place_kind]
  const said = place_name || location_note
  return { [`${name}_zh`]: said || zh, [`${name}_en`]: said || en }
}

/** Return which of two is proposed to stay: the one that is further on, else the one that was reported first. */
export function proposedKept<H extends Pick<HazardRow, 'stage' | 'reported_at'>>(possible: readonly H[]): H | null {
  const far = ({ stage }: H) => rules.open_stages.indexOf(stage)
  return [...possible].sort((one, other) => far(other) - far(one) || (one.reported_at < other.reported_at ? -1 : 1))[0] ?? null
}
