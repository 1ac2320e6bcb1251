/** Open the phone for the person who was last at it, with or without a network. */
import type { Id, Me } from '../core/types'
import type { Account, PhoneDatabase } from '../device/accounts'
import { Database, type DatabaseOptions } from '../device/database'
import type { Line } from '../device/phone'

/** So long after the last answer of the server the phone still opens by itself. */
export const OFFLINE_DAYS = 14
const DAY_MS = 24 * 60 * 60_000

/** What signing in needs: the server, and the phone's two kinds of databases. */
export type Door = { line: Line; accounts: PhoneDatabase; options?: DatabaseOptions }
export type SignedIn = { me: Me; database: Database }
export type Opened = SignedIn & {
  /** True when the server was last heard so long ago that the person is asked to sign in; nothing is lost by it. */
  is_stale: boolean
}

/** Open the phone for the person who was last at it; no network is needed. Undefined when nobody is signed in. */
export async function openLast(door: Door): Promise<Opened | undefined> {
  const current = await door.accounts.recall<Id | null>('current')
  const account = current ? await door.accounts.accounts.get(current) : undefined
  if (!account) return undefined
  const database = new Database(account.person_id, door.options)
  return { me: account.me, database, is_stale: isStale(account, door.line.clock.now()) }
}

function isStale(account: Account, now_ms: number): boolean {
  return Math.abs(now_ms - Date.parse(account.last_online_at)) > OFFLINE_DAYS * DAY_MS
}
