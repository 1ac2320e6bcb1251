/** Guard the key of one person's data: by a PIN, and by the server for whoever signs in. */
import type { Id, SealingKeys } from '../core/types'
import type { PhoneDatabase } from './accounts'
import { Vault } from './at-rest'
import { fromBase64, toBase64 } from './base64'
import { makeStamp } from './envelope'
import { keep, type Lock, lockOf, placeOf, randomKey, vaultOf } from './lock'

/** OWASP's figure for PBKDF2-HMAC-SHA-256: about a second on a cheap phone, for each guess. */
export const ROUNDS = 600_000
export const PIN_DIGITS = 6
/** After so many wrong PINs the phone asks for a sign-in. */
export const WRONG_MOST = 5
const text = new TextEncoder()

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<Uint8Array> {
  const material = await crypto.subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, material, 256))
}

async function guardedBy(pin: string, person_id: Id, key: Uint8Array): Promise<NonNullable<Lock['pin']>> {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const vault = new Vault(1, await pinKey(pin, salt, ROUNDS))
  return { salt: toBase64(salt), rounds: ROUNDS, closed: toBase64(vault.close(placeOf(person_id), key)) }
}

/**
 * Put the data under a PIN and return their vault. What lay bare until now gets a new key, because the old one lay
 * beside it; the rows follow step by step (`sealEverything`).
 */
export async function setPin(accounts: PhoneDatabase, lock: Lock, vault: Vault, pin: string): Promise<Vault> {
  const { person_id } = lock
  const key = lock.bare ? randomKey() : vault.key(lock.number)
  const number = lock.bare ? lock.number + 1 : lock.number
  const next = new Vault(number, key)
  if (lock.bare) next.add(lock.number, vault.key(lock.number))
  const former = lock.bare ? { number: lock.number, closed: toBase64(next.close(placeOf(person_id), vault.key(lock.number))) } : lock.former
  const for_server = lock.bare ? null : lock.for_server
  await keep(accounts, {
    person_id,
    number,
    bare: null,
    pin: await guardedBy(pin, person_id, key),
    for_server,
    former,
    wrong: 0,
    wait_until_ms: 0,
  })
  return next
}

export type Tried = { vault: Vault } | { wrong: number; wait_until_ms: number }

/** Return the vault that this PIN opens, or how often it was wrong by now and until when the phone waits. */
export async function tryPin(accounts: PhoneDatabase, person_id: Id, pin: string, now_ms: number): Promise<Tried> {
  const lock = await lockOf(accounts, person_id)
  if (!lock?.pin) throw new Error('no PIN guards this')
  if (lock.wrong >= WRONG_MOST || now_ms < lock.wait_until_ms) return lock
  // Counted before it is tried: who ends the browser in between has used up the try.
  const counted = { ...lock, wrong: lock.wrong + 1, wait_until_ms: now_ms + waitAfter(lock.wrong + 1) }
  await keep(accounts, counted)
  try {
    const opening = new Vault(1, await pinKey(pin, fromBase64(lock.pin.salt), lock.pin.rounds))
    const key = opening.open(placeOf(person_id), fromBase64(lock.pin.closed))
    await keep(accounts, { ...lock, wrong: 0, wait_until_ms: 0 })
    return { vault: vaultOf(lock, key) }
  } catch {
    return counted
  }
}

/** Return how long the phone waits after so many wrong PINs in a row, in milliseconds. */
export function waitAfter(wrong: number): number {
  return wrong < 2 ? 0 : 5_000 * 3 ** (wrong - 2)
}

/** Let the server be able to give the key back to the person; once is enough for each key. */
export async function entrust(accounts: PhoneDatabase, person_id: Id, vault: Vault, keys: SealingKeys, device_id: Id): Promise<void> {
  const lock = await lockOf(accounts, person_id)
  if (!lock || lock.for_server || lock.number !== vault.number) return
  const stamp = await makeStamp(keys, device_id, 'data-key')
  const said = JSON.stringify({ person_id, data_key: toBase64(vault.key(lock.number)) })
  await keep(accounts, { ...lock, for_server: toBase64(stamp(text.encode(said))) })
}

/** Every row is sealed by the present key: forget the former one. */
export async function dropFormer(accounts: PhoneDatabase, person_id: Id, number: number): Promise<void> {
  const lock = await lockOf(accounts, person_id)
  if (lock?.former && lock.number === number) await keep(accounts, { ...lock, former: null })
}
