/** Keep sending and fetching: after every wake-up, after every failure with patience, and as long as anything waits. */
import { BATCH, waitBefore } from '../core/outbox'
import type { Instant, Problem } from '../core/types'
import type { Phone } from '../device/phone'
import { NotSignedIn, Refusal, Unanswered } from '../device/server'
import { StorageFull } from '../device/storage'
import { pull } from './pull'
import { Blocked, Outdated, push } from './push'
import { alone, runner } from './runner'
import { tellWaiting } from './told'
import { CHUNK_BYTES, uploadPhotos } from './upload-photos'

/** Why nothing moves: no network, a network that answers for the server, sign in again, update the app, refused as a whole, another person is signed in, no room. */
export type Stop = 'network' | 'portal' | 'sign-in' | 'update' | 'blocked' | 'other-person' | 'storage' | 'fault'
export type Status = {
  is_running: boolean
  stopped_by: Stop | null
  /** The server's words for the stop, when it gave any. */
  problem: Problem | null
  /** When sending and fetching last both went through. */
  completed_at: Instant | null
  next_try_at: Instant | null
}
export type Loop = {
  status(): Status
  subscribe(listener: (status: Status) => void): () => void
  /** Try everything now; resolves when this try has ended, well or badly. */
  wake(): Promise<void>
  /** Fetch only; for news from the server. */
  refresh(): Promise<void>
  stop(): void
}

/** Look again after this long while anything waits that no failure explains. */
const PENDING_MS = 15_000

/** Return the loop of one phone. It does nothing until it is woken. */
export function makeLoop(phone: Phone): Loop {
  const pace = { push: { limit: BATCH, answered: 0 }, photos: { chunk_bytes: CHUNK_BYTES, pieces: 0 } }
  const standing = new Standing(
    phone,
    () => void wake(),
    () => pace.push.answered + pace.photos.pieces,
  )
  const fetching = runner(() => standing.during('fetch', () => alone(phone, 'pull', () => pull(phone))))
  const sending = runner(async () => {
    await standing.during('send', () => alone(phone, 'push', () => push(phone, pace.push)))
    await fetching.wake()
  })
  const photos = runner(() =>
    standing.during('photos', async () => {
      await alone(phone, 'photos', () => uploadPhotos(phone, pace.photos))
      await tellWaiting(phone)
    }),
  )
  let trying = 0
  async function wake(): Promise<void> {
    trying += 1
    // Text never waits for photos: they begin behind it, and a record made meanwhile passes them.
    await sending.wake()
    await photos.wake()
    trying -= 1
    if (trying === 0) await standing.plan()
  }
  return {
    status: () => standing.status,
    subscribe: (listener) => standing.subscribe(listener),
    wake,
    refresh: () => fetching.wake(),
    stop: () => standing.stop(),
  }
}

type Lane = 'send' | 'fetch' | 'photos'

/** What went wrong in which lane, and when to try again. */
class Standing {
  status: Status = { is_running: false, stopped_by: null, problem: null, completed_at: null, next_try_at: null }
  #failures = new Map<Lane, unknown>()
  #listeners = new Set<(status: Status) => void>()
  #running = 0
  #tries = 0
  #taken = 0
  #callOff: (() => void) | null = null
  #stopped = false

  constructor(
    readonly phone: Phone,
    readonly wake: () => void,
    /** Grows with everything the server took. */
    readonly taken: () => number,
  ) {}

  subscribe(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener)
    listener(this.status)
    return () => this.#listeners.delete(listener)
  }

  /** Run one lane and remember how it went; a failure of one is no failure of another. */
  async during(lane: Lane, work: () => Promise<unknown>): Promise<void> {
    if (this.#stopped) return
    this.#running += 1
    this.#show()
    try {
      await ownTurn(this.phone)
      await withRoom(this.phone, work)
      this.#failures.delete(lane)
    } catch (error) {
      this.#failures.set(lane, error)
    } finally {
      this.#running -= 1
      this.#show()
    }
  }

  /** After a try: wait longer after each failure, a while when something still waits, else until the next wake-up. */
  async plan(): Promise<void> {
    this.#callOff?.()
    const failures = [...this.#failures.values()]
    // A network that takes something is worth trying again soon, however often it breaks.
    if (failures.length === 0 || this.taken() > this.#taken) this.#tries = 0
    if (failures.length) this.#tries += 1
    this.#taken = this.taken()
    const wait_ms = await this.#waitMs(failures)
    if (this.#stopped || wait_ms === null) return this.#show(null)
    this.#callOff = this.phone.clock.after(wait_ms, this.wake)
    this.#show(wait_ms)
  }

  async #waitMs(failures: unknown[]): Promise<number | null> {
    // Nothing will change before the person acts, and acting wakes the loop.
    if (failures.some((error) => error instanceof NotSignedIn || error instanceof OtherPerson)) return null
    if (failures.length) {
      const asked_ms = Math.max(...failures.map((error) => (error instanceof Unanswered ? error.retry_after_ms : 0)))
      const chance = (this.phone.crypto.random(1)[0] ?? 0) / 256
      // A proxy asks everybody to come back after the same time: spread here, too.
      return Math.max(asked_ms * (1 + chance / 2), waitBefore(this.#tries, chance))
    }
    return (await stillHere(this.phone)) > 0 ? PENDING_MS : null
  }

  stop(): void {
    this.#stopped = true
    this.#callOff?.()
  }

  #show(wait_ms?: number | null): void {
    const now_ms = this.phone.clock.now()
    const worst = [...this.#failures.values()].sort((one, other) => rank(other) - rank(one))[0]
    const succeeded = wait_ms !== undefined && this.#failures.size === 0
    this.status = {
      is_running: this.#running > 0,
      stopped_by: worst === undefined ? null : reasonOf(worst),
      problem: (worst as { problem?: Problem } | undefined)?.problem ?? null,
      completed_at: succeeded ? new Date(now_ms).toISOString() : this.status.completed_at,
      next_try_at: wait_ms === undefined ? this.status.next_try_at : wait_ms === null ? null : new Date(now_ms + wait_ms).toISOString(),
    }
    for (const listener of this.#listeners) listener(this.status)
  }
}

/** Somebody else is signed in on this phone: under that session this person's records would bear another name. */
export class OtherPerson extends Error {
  override name = 'OtherPerson'
}

async function ownTurn(phone: Phone): Promise<void> {
  if (!phone.accounts) return
  // Nobody, too, where the browser has cleared its databases.
  const current = (await phone.accounts.recall<string | null>('current')) ?? null
  if (current === null) throw new NotSignedIn()
  if (current !== phone.database.person_id) throw new OtherPerson()
}

/** When the phone is full, proved photos and answered records make room, and the work is tried once more. */
async function withRoom(phone: Phone, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error
    await phone.database.sweep(new Date(phone.clock.now()).toISOString())
    await work()
  }
}

/** Return how many records and photos the server has still to hear of. */
export async function stillHere(phone: Phone): Promise<number> {
  const { mutations, photos } = await phone.database.countUnsent()
  return mutations + photos
}

const REASONS: [new (...given: never[]) => Error, Stop][] = [
  [Unanswered, 'network'],
  [StorageFull, 'storage'],
  [Blocked, 'blocked'],
  [Refusal, 'blocked'],
  [Outdated, 'update'],
  [OtherPerson, 'other-person'],
  [NotSignedIn, 'sign-in'],
]

function reasonOf(error: unknown): Stop {
  if (error instanceof Unanswered && error.reason === 'not-the-server') return 'portal'
  return REASONS.find(([kind]) => error instanceof kind)?.[1] ?? 'fault'
}

/** The later in the list, the more it needs the person. */
function rank(error: unknown): number {
  return REASONS.findIndex(([kind]) => error instanceof kind)
}
