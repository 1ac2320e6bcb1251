/** What the server tells of tokens, and what it is asked for when one is made. */
import type { Id, Instant } from '@/core/types'

export const COLLECTIONS = ['grids', 'premises', 'hazards'] as const
export const LASTS_DAYS = [30, 90, 180, 366] as const
/** The kinds of file, as the server calls them. */
export const FORMS = ['gpkg', 'shp', 'geojson', 'kml'] as const
export type CollectionName = (typeof COLLECTIONS)[number]

/** A token as it is listed: never the token itself, which is kept nowhere. */
export type TokenRow = {
  id: Id
  label: string
  person_id: Id
  person_name: string
  place_code: string
  collections: CollectionName[]
  made_at: Instant
  expires_at: Instant
  /** The day of its last use. */
  used_on: string | null
  revoked_at: Instant | null
}
export type TokensAnswer = { tokens: TokenRow[]; more: boolean; most: number; url: string }
export type NewToken = { label: string; place_code: string; collections: CollectionName[]; days: number }
/** A new token, told once. */
export type TokenTold = { id: Id; token: string; expires_at: Instant; url: string }

export type TokenState = 'living' | 'expired' | 'revoked'

/** Return whether a token still opens something. */
export function stateOf(token: Pick<TokenRow, 'expires_at' | 'revoked_at'>, now: Date): TokenState {
  if (token.revoked_at !== null) return 'revoked'
  return Date.parse(token.expires_at) > now.getTime() ? 'living' : 'expired'
}

/** Return where a view comes from as a file; what is left empty does not filter. */
export function addressOfFile(collection: CollectionName, view: Record<string, string>): string {
  return `/api/exports/${collection}?${new URLSearchParams(Object.entries(view).filter(([, value]) => value !== ''))}`
}
