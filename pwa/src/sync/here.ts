/** The person and the sync of this page: what screens read and call. One person at a time; a service worker has no page. */
import { computed, shallowReactive, shallowReadonly } from 'vue'
import type { Author } from '../core/replay'
import { uuidv7 } from '../core/numbers'
import { hash } from '../core/rulebook.json'
import type { Id, Instant, Me, Mutation, MutationArgs, MutationName, NewPhoto } from '../core/types'
import { PhoneDatabase } from '../device/accounts'
import { hearServerDate } from '../device/clock'
import { onWake, serverAnswered, serverSilent } from '../device/connection'
import type { Database, NewMutation } from '../device/database'
import { browserLine, browserPhone, type Line, type Phone } from '../device/phone'
import { noteWrite } from '../device/storage-state'
import { live } from './live'
import { type Loop, makeLoop, type Status } from './loop'
import { runner } from './runner'
import { type Credentials, type Door, finishSignOut, openLast, redeem, refreshMe, type SignedIn, signIn, signOut } from './session'

const SWEEP_AFTER_MS = 7 * 24 * 60 * 60_000
/** Where the browser does not tell when it is idle (Safari). */
const PICTURES_AFTER_MS = 2000
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
export const door: Door = { line, accounts: new PhoneDatabase() }

let loop: Loop | null = null
let close: (() => void)[] = []

/** Open the phone for the person who was last at it, and begin to sync. Called once, at the start of the page. */
export async function openHere(): Promise<void> {
  const opened = await openLast(door)
  if (opened) begin(opened, opened.is_stale)
  now.is_open = true
  if (!opened) void finishSignOut(door)
}

export async function signInHere(credentials: Credentials, device_label: string): Promise<Me> {
  return begin(await signIn(door, credentials, device_label), false)
}

export async function redeemHere(code: string, device_label: string, totp?: string): Promise<Me> {
  return begin(await redeem(door, code, device_label, totp), false)
}

/** Sign out. The queue stays sealed in the person's own database and goes on when they return. */
export async function signOutHere(): Promise<void> {
  end()
  await signOut(door)
}

function begin({ me, database }: SignedIn, is_stale: boolean): Me {
  end()
  const phone: Phone = { ...line, ...browserPhone(database, door.accounts, hash) }
  const begun = makeLoop(phone)
  loop = begun
  Object.assign(now, { me, database, phone, is_stale })
  const stopLive = followServer(phone, begun)
  const stopStatus = begun.subscribe((status) => {
    now.status = status
  })
  close = [onWake(() => void begun.wake()), stopLive, stopStatus, followPictures(phone, begun), () => begun.stop(), () => database.close()]
  void begun.wake().then(() => settleIn(phone))
  return me
}

function end(): void {
  for (const stop of close) stop()
  close = []
  loop = null
  Object.assign(now, { me: null, database: null, phone: null, is_stale: false, status: NOTHING })
}

/** Once the first try is over: learn of new postings, and let go of what was answered a week ago. */
async function settleIn(phone: Phone): Promise<void> {
  await phone.database.sweep(new Date(phone.clock.now() - SWEEP_AFTER_MS).toISOString())
  try {
    const me = await refreshMe(door, phone.database)
    if (now.phone === phone) Object.assign(now, { me, is_stale: false })
  } catch {
    // Without an answer the former one stays; the loop says why there is none.
  }
}

/** Listen to the server while the page is in front; a hidden page saves the battery. */
function followServer(phone: Phone, loop: Loop): () => void {
  let stop = new AbortController()
  const follow = () => {
    stop.abort()
    stop = new AbortController()
    if (document.visibilityState === 'visible') void live(phone, () => void loop.refresh(), stop.signal)
  }
  document.addEventListener('visibilitychange', follow)
  follow()
  return () => {
    document.removeEventListener('visibilitychange', follow)
    stop.abort()
  }
}

/** After a try that brought and sent everything, and while nothing else is to do, fetch pictures of open hazards. */
function followPictures(phone: Phone, loop: Loop): () => void {
  const idle = globalThis.requestIdleCallback ?? ((action: () => void) => setTimeout(action, PICTURES_AFTER_MS))
  const stop = new AbortController()
  const work = runner(async () => {
    const { fetchBeforePictures } = await import('./before-pictures')
    await fetchBeforePictures(phone, () => stop.signal.aborted || loop.status().is_running).catch(() => undefined)
  })
  let done_at: Instant | null = null
  const unsubscribe = loop.subscribe(({ completed_at }) => {
    if (completed_at === done_at) return
    done_at = completed_at
    idle(() => stop.signal.aborted || void work.wake())
  })
  return () => {
    stop.abort()
    unsubscribe()
  }
}

/** Try everything now; resolves when the try has ended. */
export async function syncNow(): Promise<void> {
  await loop?.wake()
}

/** Return a new id for a record or for a thing it makes. */
export function newId(): Id {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
}

/** Return a record ready to be kept, with its own id and this moment. */
export function made<N extends MutationName>(name: N, args: MutationArgs[N], at: Instant = new Date().toISOString()): NewMutation {
  return { id: newId(), name, at, args } as unknown as NewMutation
}

/**
 * Keep records, their photos and the end of their draft, all or nothing, then begin to send. When this resolves, the
 * records survive whatever happens to the browser. Errors: StorageFull; then nothing was kept and the draft is still there.
 */
export async function record(mutations: NewMutation[], photos: NewPhoto[] = [], draft_id?: Id): Promise<Mutation[]> {
  if (!now.database) throw new Error('nobody is signed in')
  try {
    const kept = await now.database.record(mutations, photos, draft_id)
    noteWrite()
    void loop?.wake()
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
