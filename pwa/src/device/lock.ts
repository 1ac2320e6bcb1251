/** Keep the lock of one person's data on this phone: their key while no PIN guards it, else only what a PIN or the server opens. */
import type { Id } from '../core/types'
import type { PhoneDatabase } from './accounts'
import { Vault } from './at-rest'
import { fromBase64, toBase64 } from './base64'

/** What lies on the disk of a person's key; never the key itself once a PIN guards it. */
export type Lock = {
  person_id: Id
  /** The number of the present data key. */
  number: number
  /** The data key while no PIN guards it: until then nothing on this phone is protected. */
  bare: string | null
  pin: { salt: string; rounds: number; closed: string } | null
  /** The data key in an envelope to the server: a forgotten PIN loses nothing. */
  for_server: string | null
  /** The key before this one, closed by this one, until no row needs it. */
  former: { number: number; closed: string } | null
  wrong: number
  wait_until_ms: number
}

const KEY_BYTES = 32

const nameOf = (person_id: Id) => `lock:${person_id}`

/** The locks as this page last saw them: see restoreLock. */
const seen = new Map<Id, Lock>()

export async function lockOf(accounts: PhoneDatabase, person_id: Id): Promise<Lock | undefined> {
  const found = await accounts.recall<Lock>(nameOf(person_id))
  if (found) seen.set(person_id, found)
  return found
}

/** Write the lock down again after the browser has cleared the storage under an open page: what is kept from then on is sealed by its key. */
export async function restoreLock(accounts: PhoneDatabase, person_id: Id): Promise<void> {
  const lock = seen.get(person_id)
  if (lock && !(await accounts.recall(nameOf(person_id)))) await keep(accounts, lock)
}

/** Return the person's lock, made now if there is none yet: a new phone, or one of an earlier version of the app. */
export async function ensureLock(accounts: PhoneDatabase, person_id: Id): Promise<Lock> {
  const found = await lockOf(accounts, person_id)
  if (found) return found
  const bare = toBase64(randomKey())
  const made: Lock = { person_id, number: 1, bare, pin: null, for_server: null, former: null, wrong: 0, wait_until_ms: 0 }
  await keep(accounts, made)
  return made
}

export async function keep(accounts: PhoneDatabase, lock: Lock): Promise<void> {
  await accounts.remember(nameOf(lock.person_id), lock)
  seen.set(lock.person_id, lock)
}

export function randomKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES))
}

/** Return what opens the person's rows. */
export function vaultOf(lock: Lock, key: Uint8Array): Vault {
  const vault = new Vault(lock.number, key)
  if (lock.former) vault.add(lock.former.number, vault.open(placeOf(lock.person_id), fromBase64(lock.former.closed)))
  return vault
}

export function bareVault(lock: Lock): Vault | null {
  return lock.bare ? vaultOf(lock, fromBase64(lock.bare)) : null
}

export const placeOf = (person_id: Id) => `key\n${person_id}`

/** Note that whoever is at the phone has proved by a sign-in who he is. */
export async function forgiveWrong(accounts: PhoneDatabase, lock: Lock): Promise<void> {
  if (lock.wrong) await keep(accounts, { ...lock, wrong: 0, wait_until_ms: 0 })
}
