/** Decide on the phone who may do what and where, as the server will: tests/vectors/permissions.json binds the two. */
import { can as canDo, keyed_roles, type permissions, tenant_wide } from './rulebook.json'
import type { Day, Id, Posting, Role } from './types'

const can: Record<Role, string[]> = canDo
const tenantWide: string[] = tenant_wide
const keyed: Record<string, string> = keyed_roles
const tenantDigits = 9
const levelDigits = [6, 9, 12]

export type Permission = keyof typeof permissions
type Posted = Pick<Posting, 'role' | 'place_code' | 'premises_id' | 'department' | 'from_on' | 'to_on'>
/** Whoever is signed in; the phone has it from GET /api/me. */
export type PostedPerson = { id: Id; postings: Posted[] }
/** What somebody may see: everything below `prefixes`, and what carries one of `keys` within `scopes`. */
export type Reach = { prefixes: string[]; ancestors: string[]; keys: string[]; scopes: string[] }

const isActive = (posting: Posted, on: Day) => posting.from_on <= on && (posting.to_on === null || on <= posting.to_on)
const tenantOf = (posting: Posted) => posting.place_code.slice(0, tenantDigits)
const isBelow = (place: string, codes: string[]) => codes.some((code) => place.startsWith(code))
const holds = (posting: Posted, permission: Permission) => can[posting.role].includes(permission)

function keyOf(posting: Posted): string | null {
  const kind = keyed[posting.role]
  if (kind === undefined) return null
  return `${kind}:${kind === 'premises' ? posting.premises_id : posting.department}`
}

function reaches(posting: Posted, place: string, also: string[]): boolean {
  const key = keyOf(posting)
  return place.startsWith(posting.place_code) && (key === null || also.includes(key))
}

/** May this person do this at this place on this day, to a record that carries these further keys? */
export function may(person: PostedPerson, permission: Permission, place: string, on: Day, also: string[] = []): boolean {
  const anywhere = tenantWide.includes(permission) || (permission === 'view' && also.includes(`person:${person.id}`))
  return person.postings.some(
    (posting) =>
      isActive(posting, on) &&
      holds(posting, permission) &&
      (reaches(posting, place, also) || (anywhere && place.startsWith(tenantOf(posting)))),
  )
}

/** Where a person holds a permission on a day; with `view`, what the person may read. */
export function reach(person: PostedPerson, on: Day, permission: Permission = 'view'): Reach {
  const postings = person.postings.filter((posting) => isActive(posting, on) && holds(posting, permission))
  const areas = postings.filter((posting) => keyOf(posting) === null).map((posting) => posting.place_code)
  const scopes = postings.map(tenantOf)
  const above = areas.flatMap((code) => levelDigits.filter((digits) => digits < code.length).map((digits) => code.slice(0, digits)))
  const named = postings.map(keyOf).filter((key) => key !== null)
  return {
    prefixes: areas,
    ancestors: [...above, ...scopes],
    keys: postings.length > 0 ? [...named, `person:${person.id}`] : [],
    scopes,
  }
}

/** May a record of this place, carrying these further keys, be seen? */
export function reachSees(within: Reach, place: string, also: string[] = []): boolean {
  return isBelow(place, within.prefixes) || (isBelow(place, within.scopes) && also.some((key) => within.keys.includes(key)))
}

/** May something meant for everybody at or below this place be seen, such as a community's name? */
export function reachShares(within: Reach, place: string): boolean {
  return within.ancestors.includes(place) || isBelow(place, within.prefixes)
}
