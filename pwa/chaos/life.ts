/** One life of a browser on a phone: its network, timers, locks and storage end together, at any instant. */
import { randomBytes, webcrypto } from 'node:crypto'
import type { Clock } from '../src/device/phone'
import { Access, type Disk } from './disk'

/** Waits of the app pass so many times faster than it thinks; what it is told of the time stays true. */
const HASTE = 20
/** Time-outs less so: a server on a busy machine is slow, not silent. */
const LONG_MS = 25_000
const HASTE_OF_LONG = 5
/** What never settles: a dead browser hears nothing any more. */
const NEVER = new Promise<never>(() => {})

export type Death = 'killed'

export class Life {
  readonly access: Access
  readonly locks: Locks
  readonly crypto = {
    random: (count: number) => new Uint8Array(randomBytes(count)),
    sha256: (bytes: ArrayBuffer) => webcrypto.subtle.digest('SHA-256', bytes),
  }
  readonly clock: Clock
  /** Resolves when this life ends. */
  readonly death: Promise<Death>
  isOver = false
  #end: (death: Death) => void = () => {}
  #under = new Set<AbortController>()
  #timers = new Set<NodeJS.Timeout>()

  constructor(
    disk: Disk,
    /** Milliseconds by which the phone's clock is ahead; it may change at any time. */
    readonly clockAhead_ms: () => number,
    /** After so many moments (a transaction, a request, an answer) the browser is killed; null for never. */
    public fuse: number | null,
    readonly cookies: Cookies,
    orphaned: string | null,
  ) {
    this.locks = new Locks(orphaned)
    this.death = new Promise((resolve) => {
      this.#end = resolve
    })
    this.access = new Access(disk, () => this.moment())
    this.clock = {
      now: () => Date.now() + this.clockAhead_ms(),
      after: (wait_ms, action) => this.#after(wait_ms / (wait_ms < LONG_MS ? HASTE : HASTE_OF_LONG), action),
    }
  }

  /** Count a moment at which a kill may strike, and be killed when it is the one. */
  moment(): void {
    if (this.fuse === null || this.isOver) return
    this.fuse -= 1
    if (this.fuse <= 0) this.kill()
  }

  kill(): void {
    if (this.isOver) return
    this.isOver = true
    this.access.cut()
    for (const request of this.#under) request.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    // Later, because Dexie takes whatever goes on from here for a part of the transaction that has just been cut off.
    setImmediate(() => this.#end('killed'))
  }

  /** Return what the work returns, or 'killed' when the life ends first. */
  async until<T>(work: PromiseLike<T>): Promise<T | Death> {
    try {
      return await Promise.race([work, this.death])
    } catch (error) {
      // Storage that closes is how a dying browser's code learns of it.
      if (this.isOver) return this.death
      throw error
    }
  }

  /** The browser's fetch: with its cookies, and silent from its death on. */
  fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    this.moment()
    if (this.isOver) return NEVER
    const ended = new AbortController()
    this.#under.add(ended)
    const signal = init.signal ? AbortSignal.any([init.signal, ended.signal]) : ended.signal
    try {
      const headers = { ...(init.headers as Record<string, string>), ...this.cookies.header() }
      const response = await fetch(url, { ...init, headers, signal })
      // The body is awaited here, so that a death in the middle of it is silent as well.
      const body = await response.arrayBuffer()
      this.moment()
      if (this.isOver) return NEVER
      this.cookies.hear(response)
      return heard(response, body)
    } catch (error) {
      if (this.isOver) return NEVER
      throw error
    } finally {
      this.#under.delete(ended)
    }
  }

  #after(wait_ms: number, action: () => void): () => void {
    if (this.isOver) return () => {}
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.isOver) action()
    }, wait_ms)
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
      clearTimeout(timer)
    }
  }
}

function heard(response: Response, body: ArrayBuffer): Response {
  const isEmpty = [204, 205, 304].includes(response.status)
  return new Response(isEmpty ? null : body, { status: response.status, headers: response.headers })
}

/** The one cookie of the session, as a browser keeps it. */
export class Cookies {
  #pair: string | null = null

  header(): Record<string, string> {
    return this.#pair ? { Cookie: this.#pair } : {}
  }

  hear(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';', 1)[0] ?? ''
      if (pair.startsWith('gridwalk=')) this.#pair = /max-age=0\b/i.test(line) || pair === 'gridwalk=' ? null : pair
    }
  }

  lose(): void {
    this.#pair = null
  }
}

/** Web Locks of one browser: in turn, and perhaps with one that a tab long gone still holds. */
export class Locks {
  #last = new Map<string, Promise<unknown>>()

  /** With `orphaned`, the locks whose names begin so were left behind for good, as browsers have done. */
  constructor(readonly orphaned: string | null) {}

  async request<T>(name: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? (this.orphaned && name.startsWith(this.orphaned) ? NEVER : Promise.resolve())
    let release: () => void = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    this.#last.set(
      name,
      before.then(() => held),
    )
    try {
      await Promise.race([before, aborted(options.signal)])
      return await work()
    } finally {
      release()
    }
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('impatient', 'AbortError')))
  })
}
