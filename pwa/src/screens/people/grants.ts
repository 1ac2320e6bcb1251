/** Decide whom somebody may post and govern, by the same table as the server: nobody gives a role that is not his to give. */
import { can as canDo, grants as grantTable, keyed_roles, posting_levels, roles } from '@/core/rulebook.json'
import type { Day, Id, Posting, Role } from '@/core/types'
import type { Permission, PostedPerson } from '@/core/permissions'

const can: Record<Role, string[]> = canDo
const grants: Partial<Record<Role, string[]>> = grantTable
const levels: Record<Role, number[]> = posting_levels
const keyed: Record<string, string> = keyed_roles

type Posted = Pick<Posting, 'role' | 'place_code' | 'premises_id' | 'department' | 'from_on' | 'to_on'>
export type WhyNot = 'not-your-role' | 'own-posting' | 'not-found' | null

const active = (person: PostedPerson, on: Day) =>
  person.postings.filter((posting) => posting.from_on <= on && (posting.to_on === null || posting.to_on >= on))
const isInside = (person: PostedPerson, place_code: string, on: Day) =>
  active(person, on).some((own) => keyed[own.role] === undefined && place_code.startsWith(own.place_code))

/** Return the roles that somebody may give to others, in the order of the table of roles. */
export function rolesToGive(person: PostedPerson, on: Day): Role[] {
  const given = new Set(active(person, on).flatMap((own) => grants[own.role] ?? []))
  return (Object.keys(roles) as Role[]).filter((role) => given.has(role))
}

/** May this person give, change or end such a posting? */
export function mayGrant(person: PostedPerson, posting: Pick<Posted, 'role' | 'place_code'>, on: Day): boolean {
  return active(person, on).some((own) => grants[own.role]?.includes(posting.role) && posting.place_code.startsWith(own.place_code))
}

/** Return why this person may not give a posting to somebody, or end it. */
export function whyNotGrant(person: PostedPerson, posting: Pick<Posted, 'role' | 'place_code'>, to: Id | null, on: Day): WhyNot {
  if (mayGrant(person, posting, on)) return to === person.id ? 'own-posting' : null
  return isInside(person, posting.place_code, on) ? 'not-your-role' : 'not-found'
}

/** Return why this person may not act (enrol, manage_people) for another's account: its every posting must be his to give. */
export function whyNotGovern(person: PostedPerson, permission: Permission, other: PostedPerson, on: Day): WhyNot {
  const holding = active(person, on).filter((own) => can[own.role].includes(permission))
  if (other.id === person.id) return holding.length ? null : 'not-your-role'
  const theirs = other.postings.filter((posting) => posting.to_on === null || posting.to_on >= on)
  if (holding.length && theirs.every((posting) => mayGrant(person, posting, on))) return null
  return theirs.some((posting) => isInside(person, posting.place_code, on)) ? 'not-your-role' : 'not-found'
}

/** What a form asks for to post somebody; empty texts are not yet given. */
export type PostingForm = { role: Role | ''; place_code: string; premises_id: Id | ''; department: string }
export const EMPTY_POSTING: PostingForm = { role: '', place_code: '', premises_id: '', department: '' }

/** What one role is posted to: an area of these digits to be chosen, the whole subdistrict, premises, or a department. */
export type PostedTo = { kind: 'area'; digits: number[] } | { kind: 'subdistrict' | 'premises' | 'department' }

export function postedTo(role: Role): PostedTo {
  const kind = keyed[role]
  if (kind === 'premises' || kind === 'department') return { kind }
  const digits = levels[role].filter((each) => each > 9)
  return digits.length ? { kind: 'area', digits: levels[role].filter((each) => each >= 9) } : { kind: 'subdistrict' }
}

/** Return what is missing before somebody can be posted so. */
export function postingFault(form: PostingForm): 'role_missing' | 'place_missing' | 'premises_missing' | 'department_missing' | null {
  if (form.role === '') return 'role_missing'
  const to = postedTo(form.role)
  if (to.kind === 'area') return to.digits.includes(form.place_code.length) && /^\d+$/.test(form.place_code) ? null : 'place_missing'
  if (to.kind === 'premises') return form.premises_id ? null : 'premises_missing'
  return to.kind === 'department' && !form.department ? 'department_missing' : null
}

/** Return the part of a mutation's arguments that says the posting; the form must be without fault. */
export function postingArgs(form: PostingForm): { role: Role; place_code?: string; premises_id?: Id; department?: string } {
  if (form.role === '') throw new Error('a posting needs a role')
  const { role } = form
  const to = postedTo(role)
  if (to.kind === 'area') return { role, place_code: form.place_code }
  if (to.kind === 'premises') return { role, premises_id: form.premises_id }
  return to.kind === 'department' ? { role, department: form.department } : { role }
}
