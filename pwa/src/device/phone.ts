/** Name the powers of a phone that sync needs, so that the same code runs in a page, a service worker and under Node. */
import type { PhoneDatabase } from './accounts'
import type { Database } from './database'

export type Clock = {
  /** Milliseconds since 1970, by this device. */
  now(): number
  /** Run `action` after `wait_ms`; the returned function calls it off. */
  after(wait_ms: number, action: () => void): () => void
}

/** What any request to the server needs; signing in has no more than this. */
export type Line = {
  /** '' in the browser: the app and its server share one origin. */
  server: string
  fetch: (input: string, init?: RequestInit) => Promise<Response>
  clock: Clock
  /** Extra headers on every request, such as Authorization where there are no cookies. */
  headers?: Record<string, string>
  /** Told of every answer of the server: its Date header, and the device's instants of asking and hearing. */
  onAnswer?: (date: string | null, asked_ms: number, heard_ms: number) => void
  /** Told when nothing that counts as an answer came. */
  onSilence?: () => void
}

export type Phone = Line & {
  database: Database
  /** Who is signed in on this phone; without it nobody else can be. */
  accounts?: PhoneDatabase
  crypto: { random(count: number): Uint8Array; sha256(bytes: ArrayBuffer): Promise<ArrayBuffer> }
  /** Web Locks where the browser has them. They save traffic; nothing depends on them. */
  locks?: Pick<LockManager, 'request'>
  /** The hash of the rules this app was built with. */
  rulebook: string
}

/** Return the powers of the browser, in a page or in a service worker. */
export function browserLine(): Line {
  return {
    server: '',
    fetch: (input, init) => fetch(input, init),
    clock: {
      now: () => Date.now(),
      after(wait_ms, action) {
        const timer = setTimeout(action, wait_ms)
        return () => clearTimeout(timer)
      },
    },
  }
}

/** Return the phone of one person. Once somebody else signs in, in whatever tab, it sends nothing more: the cookie is not this person's. */
export function browserPhone(database: Database, accounts: PhoneDatabase, rulebook: string): Phone {
  return {
    ...browserLine(),
    async fetch(input, init) {
      if ((await accounts.recall('current')) !== database.person_id) throw new Error('not this person’s session')
      return fetch(input, init)
    },
    database,
    accounts,
    rulebook,
    crypto: {
      random: (count) => crypto.getRandomValues(new Uint8Array(count)),
      sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    },
    locks: typeof navigator === 'undefined' ? undefined : navigator.locks,
  }
}

/** Resolve after `wait_ms`, or at once when the signal says stop. */
export function pause(clock: Clock, wait_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const callOff = clock.after(wait_ms, finish)
    function finish(): void {
      callOff()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    signal?.addEventListener('abort', finish)
  })
}
