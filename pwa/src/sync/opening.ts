/** Open the phone for the person who was last at it, with or without a network. */
import type { Id, Me } from '../core/types'
import type { Account, PhoneDatabase } from '../device/accounts'
import type { Vault } from '../device/at-rest'
import { Database, type DatabaseOptions } from '../device/database'
import type { Handed } from '../device/handover'
import { bareVault, ensureLock, type Lock, vaultOf } from '../device/lock'
import type { Line } from '../device/phone'

/** So long after the last answer of the server the phone still opens by itself. */
export const OFFLINE_DAYS = 14
const DAY_MS = 24 * 60 * 60_000

/** What signing in needs: the server, and the phone's two kinds of databases. */
export type Door = {
  line: Line
  accounts: PhoneDatabase
  options?: DatabaseOptions
  /** Ask other pages and the worker for a key that is still in their memory. */
  askForKey?: (person_id: Id) => Promise<Handed | null>
}
export type SignedIn = { me: Me; database: Database }
export type Opened = SignedIn & {
  /** True when the server was last heard so long ago that the person is asked to sign in; nothing is lost by it. */
  is_stale: boolean
  has_pin: boolean
}

/** The phone knows who is at it, and nothing it has can open their data: it asks for the PIN, and goes on sending meanwhile. */
export class StillLocked extends Error {
  override name = 'StillLocked'
  constructor(readonly account: Account) {
    super('locked')
  }
}

/** Open the phone for the person who was last at it; no network is needed. Undefined when nobody is signed in. Errors: StillLocked. */
export async function openLast(door: Door): Promise<Opened | undefined> {
  const current = await door.accounts.recall<Id | null>('current')
  const account = current ? await door.accounts.accounts.get(current) : undefined
  if (!account) return undefined
  const lock = await ensureLock(door.accounts, account.person_id)
  const vault = await vaultAtHand(door, lock)
  if (!vault) throw new StillLocked(account)
  const database = new Database(account.person_id, { ...door.options, vault })
  return { me: account.me, database, is_stale: isStale(account, door.line.clock.now()), has_pin: lock.pin !== null }
}

/** Return what opens the person's data without their doing anything: no PIN guards it, or another page has the key. */
export async function vaultAtHand(door: Door, lock: Lock): Promise<Vault | null> {
  const bare = bareVault(lock)
  if (bare) return bare
  const handed = await door.askForKey?.(lock.person_id)
  return handed?.number === lock.number ? vaultOf(lock, handed.key) : null
}

/** Whether the server was last heard so long ago that the person is asked to sign in. */
export function isStale(account: Account, now_ms: number): boolean {
  return Math.abs(now_ms - Date.parse(account.last_online_at)) > OFFLINE_DAYS * DAY_MS
}
