/** Sign in and out, with the server's answer; opening the phone for whoever was last at it needs none: sync/opening.ts. */
import type { Id, Me, SealingKeys } from '../core/types'
import type { Account } from '../device/accounts'
import type { Vault } from '../device/at-rest'
import { fromBase64 } from '../device/base64'
import { Database } from '../device/database'
import { countKeptBack } from '../device/kept-back'
import { ensureLock, forgiveWrong, type Lock, vaultOf } from '../device/lock'
import { entrust } from '../device/pin'
import { pause } from '../device/phone'
import { ask, askJson, NotSignedIn, type Question, Refusal, Unanswered } from '../device/server'
import { type Door, type SignedIn, StillLocked, vaultAtHand } from './opening'

export type Credentials = { login: string; password: string; totp?: string }
type SessionAnswer = { person: { id: Id } }

/**
 * Sign in with name or phone number and password. Everybody has a database of their own; what another person has left
 * on this phone stays sealed there. Errors: Unanswered, NotSignedIn (wrong password), Refusal (second factor, throttle).
 */
export async function signIn(door: Door, { login, password, totp }: Credentials, device_label: string): Promise<SignedIn> {
  // The former device is resumed, so that receipt numbers go on where they stood.
  const former = await door.accounts.accounts.where('login').equals(login).first()
  const json = { login, password, device_label, ...(totp ? { totp } : {}), ...(former ? { device_id: former.device_id } : {}) }
  return enter(door, { method: 'POST', path: '/api/session', json }, login)
}

/** Sign in by the one-time code of an enrolment; `totp` for a person with a second factor. */
export async function redeem(door: Door, code: string, device_label: string, totp?: string): Promise<SignedIn> {
  const json = { code, device_label, ...(totp ? { totp } : {}) }
  return enter(door, { method: 'POST', path: '/api/enrolments/redeem', json }, null)
}

async function enter(door: Door, question: Question, login: string | null): Promise<SignedIn> {
  const { accounts, line } = door
  const former = (await accounts.recall<Id | null>('current')) ?? null
  // From the moment the cookie changes no open tab of the former person may send anything under it.
  await accounts.remember('current', null)
  try {
    const session = await askJson<SessionAnswer>(line, question, ({ person }) => typeof person?.id === 'string')
    const account = await patiently(door, () => askMe(door, session.person.id, login))
    const lock = await ensureLock(accounts, session.person.id)
    await forgiveWrong(accounts, lock)
    const vault = (await vaultAtHand(door, lock)) ?? (await recovered(door, lock))
    // First the device, without which nothing can be kept: killed in between, the phone opens for nobody rather than in vain.
    const database = vault && (await openFor(door, account, vault))
    await accounts.remember('current', session.person.id)
    if (!database) throw new StillLocked(account)
    return { me: account.me, database }
  } catch (error) {
    if (!(error instanceof StillLocked)) await accounts.remember('current', former)
    throw error
  }
}

/** Ask the server for the key that was entrusted to it; only a fresh sign-in of the same person gets it. */
async function recovered(door: Door, lock: Lock): Promise<Vault | null> {
  if (!lock.for_server) return null
  try {
    const json = { envelope: lock.for_server }
    const { data_key } = await askJson<{ data_key: string }>(door.line, { method: 'POST', path: '/api/me/data-key', json }, hasKey)
    return vaultOf(lock, fromBase64(data_key))
  } catch (error) {
    if (error instanceof Unanswered || error instanceof Refusal) return null
    throw error
  }
}

const hasKey = ({ data_key }: { data_key?: unknown }) => typeof data_key === 'string'

/** Return the person's open database, which knows its device and what to seal with. */
export async function openFor(door: Door, { me, keys }: Account & { keys?: SealingKeys }, vault: Vault): Promise<Database> {
  const database = new Database(me.person.id, { ...door.options, vault })
  await database.identify(me.device)
  if (keys) await sealWith(door, database, keys, me.device.id)
  return database
}

async function sealWith(door: Door, database: Database, keys: SealingKeys, device_id: Id): Promise<void> {
  await database.useKeys(keys, device_id)
  if (database.vault) await entrust(door.accounts, database.person_id, database.vault, keys, device_id)
}

/** The session exists already: a network that drops in this second should not make the person sign in twice. */
async function patiently<T>(door: Door, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Unanswered) || tries === 3) throw error
      await pause(door.line.clock, tries * 1000)
    }
  }
}

/** Ask who is signed in and keep the answer for when there is no network. Errors: NotSignedIn also when it is somebody else. */
export async function refreshMe(door: Door, database: Database, login: string | null = null): Promise<Me> {
  const { me, keys } = await askMe(door, database.person_id, login)
  await database.identify(me.device)
  if (keys) await sealWith(door, database, keys, me.device.id)
  return me
}

/** What this device seals with is a secret and is not among what lies open of an account. */
async function askMe(door: Door, person_id: Id, login: string | null): Promise<Account & { keys?: SealingKeys }> {
  const { keys, ...me } = await askJson<Me>(door.line, { path: '/api/me' }, (said) => Boolean(said.person?.id && said.device?.id))
  if (me.person.id !== person_id) throw new NotSignedIn()
  const former = await door.accounts.accounts.get(me.person.id)
  const account: Account = {
    ...{ person_id: me.person.id, login: login ?? former?.login ?? '', name: me.person.name, me },
    ...{ device_id: me.device.id, device_code: me.device.code, last_online_at: new Date(door.line.clock.now()).toISOString() },
  }
  await door.accounts.accounts.put(account)
  return { ...account, ...(keys ? { keys } : {}) }
}

/**
 * Sign out. What is not yet sent stays in the person's database and goes on when they return.
 * Without a network the server is told at the next chance: see `finishSignOut`.
 */
export async function signOut(door: Door): Promise<void> {
  await door.accounts.remember('current', null)
  await door.accounts.remember('sign_out_due', true)
  await finishSignOut(door)
}

/** End on the server the session of somebody who signed out without a network; a sign-in since then has replaced it. */
export async function finishSignOut(door: Door): Promise<void> {
  const isDue = (await door.accounts.recall<boolean>('sign_out_due')) && !(await door.accounts.recall<Id | null>('current'))
  if (isDue && !(await isEnded(door))) return
  await door.accounts.remember('sign_out_due', false)
}

async function isEnded(door: Door): Promise<boolean> {
  try {
    await ask(door.line, { method: 'DELETE', path: '/api/session' })
    return true
  } catch (error) {
    return !(error instanceof Unanswered)
  }
}

/** `kept_back` are records of the last seconds before they left: only they can let them go, by unlocking. */
export type Waiting = { person_id: Id; name: string; mutations: number; photos: number; kept_back: number }

/** Return what other people's accounts on this phone still hold, in counts only: "3 records of another account wait here". */
export async function othersWaiting(door: Door, current: Id | null): Promise<Waiting[]> {
  const others = await door.accounts.accounts.filter((account) => account.person_id !== current).toArray()
  const counts: Waiting[] = []
  for (const { person_id, name } of others) {
    const database = new Database(person_id, door.options)
    const kept_back = await countKeptBack(database)
    const { mutations, photos } = await database.countUnsent()
    database.close()
    if (mutations + photos + kept_back) counts.push({ person_id, name, mutations, photos, kept_back })
  }
  return counts
}
