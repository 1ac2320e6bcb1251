/** Tell whether somebody's map reaches further than the subdistrict that keeps the account, as the server's live stream does. */
import { type PostedPerson, reach } from './permissions'
import type { Day } from './types'

export type Told = { person: PostedPerson; tenant: { code: string } }

/** Does the map tell of anything beyond the own subdistrict, by area or by what was referred to one's department? */
export const hearsBeyond = ({ person, tenant }: Told, on: Day): boolean => reach(person, on, 'view_map').scopes.some((scope) => scope !== tenant.code)
