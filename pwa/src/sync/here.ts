/** The person and the sync of this page: what screens read and call. One person at a time; a service worker has no page. */
import Dexie from 'dexie'
import { computed, shallowReactive, shallowReadonly } from 'vue'
import { uuidv7 } from '../core/numbers'
import type { Author } from '../core/replay'
import { hash } from '../core/rulebook.json'
import type { Id, Instant, Me, Mutation, MutationArgs, MutationName, NewPhoto } from '../core/types'
import { type Account, PhoneDatabase } from '../device/accounts'
import type { Vault } from '../device/at-rest'
import { hearServerDate, knownSkew } from '../device/clock'
import { onWake, serverAnswered, serverSilent } from '../device/connection'
import type { Database, NewMutation } from '../device/database'
import { firstScreen } from '../device/first-screen'
import { lockOf, restoreLock } from '../device/lock'
import { openAhead } from '../device/open-ahead'
import { browserLine, browserPhone, type Line, type Phone } from '../device/phone'
import { withRedactions } from '../device/redactions'
import { StorageCleared } from '../device/storage'
import { askToPersistOnce, noteWrite } from '../device/storage-state'
import type { Status } from './loop'
import { type Door, isStale, openLast, type SignedIn, StillLocked } from './opening'
import type { Running } from './running'
import type { Credentials } from './session'

const SWEEP_AFTER_MS = 7 * 24 * 60 * 60_000
const NOTHING: Status = { is_running: false, stopped_by: null, problem: null, completed_at: null, next_try_at: null }

const now = shallowReactive({
  /** False until the phone has looked who was last at it. */
  is_open: false,
  me: null as Me | null,
  database: null as Database | null,
  phone: null as Phone | null,
  /** True when the server was last heard long ago: ask to sign in, and let the work go on. */
  is_stale: false,
  status: NOTHING,
  /** Who is at the phone while nothing can open their data: their work is sent, and the PIN is asked for. */
  locked: null as Account | null,
  /** What a locked phone has still to send. */
  left: { mutations: 0, photos: 0, needs_sign_in: false },
  /** Whether a PIN is still to be chosen, and whether that may be put off. */
  asks_pin: null as 'required' | 'offered' | null,
  has_pin: false,
  /** True once the browser has cleared the person's database under this page, until the next sign-in. */
  is_cleared: false,
})
/** Who is at the phone, their database, and how sync stands. */
export const here = shallowReadonly(now)
/** The person as the author of records; null when nobody is signed in. */
export const author = computed<Author | null>(() => now.me && { ...now.me.person, postings: now.me.person.postings })

const line: Line = {
  ...browserLine(),
  onAnswer(date, asked_ms, heard_ms) {
    hearServerDate(date, asked_ms, heard_ms)
    serverAnswered()
  },
  onSilence: serverSilent,
}
/** For requests of screens that only ask: askJson(server, { path }). */
export const server = line
export const door: Door = { line, accounts: new PhoneDatabase(), askForKey: async (person_id) => (await handover()).askForKey(person_id) }

/** Signing in, sending and fetching come in files of their own after the first screen, which needs none of it. */
const session = () => import('./session')
const handover = () => import('../device/handover')
let sync: Pick<Running, 'wake'> | null = null
let close: (() => void)[] = []

/** Open the phone for the person who was last at it, and sync once the first screen is drawn. Called once, at the start of the page. */
export async function openHere(): Promise<void> {
  try {
    const opened = await openLast(door)
    if (opened) begin(opened, opened.is_stale, opened.has_pin, firstScreen)
    else void firstScreen.then(session).then(({ finishSignOut }) => finishSignOut(door))
  } catch (error) {
    if (!(error instanceof StillLocked)) throw error
    await beLocked(error.account)
  }
  now.is_open = true
}

export async function signInHere(credentials: Credentials, device_label: string): Promise<Me> {
  const { signIn } = await session()
  return enter(signIn(door, credentials, device_label))
}

export async function redeemHere(code: string, device_label: string, totp?: string): Promise<Me> {
  const { redeem } = await session()
  return enter(redeem(door, code, device_label, totp))
}

async function enter(signingIn: Promise<SignedIn>): Promise<Me> {
  try {
    const opened = await signingIn
    begin(opened, false, (await lockOf(door.accounts, opened.me.person.id))?.pin != null)
    now.asks_pin = now.has_pin ? null : (opened.me.pin ?? null)
    return opened.me
  } catch (error) {
    if (!(error instanceof StillLocked)) throw error
    await beLocked(error.account)
    return error.account.me
  }
}

/** Try a PIN; undefined when it has opened the phone, else how often it was wrong and until when to wait. */
export async function unlockHere(pin: string): Promise<{ wrong: number; wait_until_ms: number } | undefined> {
  const account = now.locked
  if (!account) return undefined
  const [{ tryPin }, { openFor }] = [await import('../device/pin'), await session()]
  const tried = await tryPin(door.accounts, account.person_id, pin, Date.now())
  if (!('vault' in tried)) return tried
  begin({ me: account.me, database: await openFor(door, account, tried.vault) }, isStale(account, Date.now()), true)
  return undefined
}

/** Put what lies on this phone under a PIN, a first or another one. */
export async function choosePinHere(pin: string): Promise<void> {
  const { database, phone } = now
  const lock = database && (await lockOf(door.accounts, database.person_id))
  if (!database?.vault || !phone || !lock) throw new Error('nobody is signed in')
  const { setPin } = await import('../device/pin')
  const next = await setPin(door.accounts, lock, database.vault, pin)
  database.vault.add(next.number, next.key(next.number))
  const { announceKey } = await handover()
  announceKey(database.person_id, database.vault)
  Object.assign(now, { asks_pin: null, has_pin: true })
  if (sync) void settleIn(phone)
  else start(phone)
}

/** Leave the PIN for another time, where that is allowed. */
export function putOffPinHere(): void {
  if (now.asks_pin === 'offered') now.asks_pin = null
}

/** Forget the key: from now on only the PIN, or a sign-in, opens what lies here. */
export async function lockHere(): Promise<void> {
  const account = now.me && (await door.accounts.accounts.get(now.me.person.id))
  if (account && now.has_pin) await beLocked(account)
}

async function beLocked(account: Account): Promise<void> {
  end()
  Object.assign(now, { locked: account, has_pin: true })
  const { keepSendingSealed } = await import('./locked')
  if (now.locked === account) close = [keepSendingSealed(door, line, account.person_id, (left, needs_sign_in) => Object.assign(now, { left: { ...left, needs_sign_in } }))]
}

/** Sign out. The queue stays sealed in the person's own database and goes on when they return. */
export async function signOutHere(): Promise<void> {
  const { signOut } = await session()
  end()
  openAhead([])
  await signOut(door)
}

function begin({ me, database }: SignedIn, is_stale: boolean, has_pin: boolean, ready: Promise<void> = Promise.resolve()): void {
  end()
  const phone: Phone = { ...line, ...browserPhone(database, door.accounts, hash) }
  const must = !has_pin && me.pin === 'required'
  Object.assign(now, { me, database, phone, is_stale, has_pin, asks_pin: must ? 'required' : null })
  openAhead([door.accounts.name, database.name])
  // A database that is made anew under an open page: the browser has cleared it, and the lock with it.
  database.on('populate', () => {
    now.is_cleared = true
    void Dexie.ignoreTransaction(() => restoreLock(door.accounts, database.person_id))
  })
  close = [() => database.close()]
  if (database.vault) close.push(keepAtHand(database.person_id, database.vault))
  // Where a PIN must guard what lies here, nothing is fetched before there is one.
  if (!must) start(phone, ready)
}

/** Other pages of this person, and this one after a reload, find the key with it; see device/handover. */
function keepAtHand(person_id: Id, vault: Vault): () => void {
  let stopped = false
  const keeping = handover().then((hands) => (stopped ? () => undefined : hands.keepAtHand(person_id, vault)))
  return () => {
    stopped = true
    void keeping.then((stop) => stop()).catch(() => undefined)
  }
}

function start(phone: Phone, ready: Promise<void> = Promise.resolve()): void {
  const begun = syncing(phone)
  sync = begun
  close = [onWake(() => void begun.wake()), () => begun.stop(), ...close]
  void ready.then(() => begun.wake()).then(() => settleIn(phone))
}

function end(): void {
  for (const stop of close) stop()
  close = []
  sync = null
  const nobody = { me: null, database: null, phone: null, is_stale: false, status: NOTHING }
  Object.assign(now, { ...nobody, locked: null, left: { mutations: 0, photos: 0, needs_sign_in: false }, asks_pin: null, has_pin: false, is_cleared: false })
}

/** Sync from the first wake-up on. Before the app is stored on the phone its file may fail to arrive: the next wake-up asks again. */
function syncing(phone: Phone): Running {
  let running: Promise<Running | null> | null = null
  const isOver = () => now.phone !== phone
  const onStatus = (status: Status) => {
    if (!isOver()) now.status = status
  }
  const start = async () => {
    try {
      const { run } = await import('./running')
      return isOver() ? null : run(phone, onStatus)
    } catch {
      running = null
      onStatus({ ...NOTHING, stopped_by: 'network' })
      return null
    }
  }
  return {
    async wake() {
      running ??= isOver() ? null : start()
      await (await running)?.wake()
    },
    stop: () => void running?.then((begun) => begun?.stop()),
  }
}

/** Once the first try is over: learn of new postings, and let go of what was answered a week ago. */
async function settleIn(phone: Phone): Promise<void> {
  if (now.phone !== phone) return
  await phone.database.sweep(new Date(phone.clock.now() - SWEEP_AFTER_MS).toISOString())
  try {
    const { refreshMe } = await session()
    const me = await refreshMe(door, phone.database)
    if (now.phone === phone) Object.assign(now, { me, is_stale: false })
  } catch {
    // Without an answer the former one stays; the loop says why there is none.
  }
  await sealRest(phone)
}

/** What an earlier version left in the clear, and what a key sealed that has lain in the clear, is sealed by and by. */
async function sealRest({ database }: Phone): Promise<void> {
  try {
    const [{ sealEverything }, { dropFormer }] = [await import('../device/seal-everything'), await import('../device/pin')]
    await sealEverything(database)
    if (database.vault) await dropFormer(door.accounts, database.person_id, database.vault.number)
  } catch {
    // It goes on at the next start.
  }
}

/** Try everything now; resolves when the try has ended. */
export async function syncNow(): Promise<void> {
  await sync?.wake()
}

/** Return a new id for a record or for a thing it makes. */
export function newId(): Id {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
}

/** Return a record ready to be kept, with its own id and this moment. */
export function made<N extends MutationName>(name: N, args: MutationArgs[N], at: Instant = new Date().toISOString()): NewMutation {
  return { id: newId(), name, at, args, skew_ms: knownSkew() } as unknown as NewMutation
}

/**
 * Keep records, their photos and the end of their draft, all or nothing, then begin to send. When this resolves, the
 * records survive whatever happens to the browser. Errors: StorageFull; then nothing was kept and the draft is still there.
 */
export async function record(mutations: NewMutation[], photos: NewPhoto[] = [], draft_id?: Id): Promise<Mutation[]> {
  if (!now.database) throw new Error('nobody is signed in')
  try {
    // A browser that cleared its databases took the device's name, too: a sign-in brings it back, and the form stays.
    if (!(await now.database.identity())) throw new StorageCleared()
    const kept = await now.database.record(await withRedactions(now.database, mutations), photos, draft_id)
    noteWrite()
    askToPersistOnce()
    void sync?.wake()
    void askForBackgroundSync()
    return kept
  } catch (error) {
    noteWrite(error)
    throw error
  }
}

/** Where the browser can, let the service worker send when the network is back and no page is open. */
async function askForBackgroundSync(): Promise<void> {
  try {
    const ready = (await navigator.serviceWorker?.ready) as
      | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
      | undefined
    await ready?.sync?.register('outbox')
  } catch {
    // Safari, Firefox and web views have none; every other wake-up still works.
  }
}
