/** One browser with the app in it: its tabs, who is signed in, and all that the app itself does when it opens. */
import { PhoneDatabase } from '../src/device/accounts'
import type { Database } from '../src/device/database'
import type { Line, Phone } from '../src/device/phone'
import { NotSignedIn, Refusal, Unanswered } from '../src/device/server'
import { type Loop, makeLoop } from '../src/sync/loop'
import { type Door, openLast, type SignedIn } from '../src/sync/opening'
import { refreshMe, signIn } from '../src/sync/session'
import type { Ledger } from './ledger'
import type { Life } from './life'

export type Account = { login: string; password: string }
export type Tab = { database: Database; accounts: PhoneDatabase; loop: Loop }

const SWEEP_AFTER_MS = 7 * 24 * 60 * 60_000
const RETRY_MS = 60

/** What it holds dies with its life: nothing here may reach into the next browser on the same phone. */
export class Browser {
  readonly tabs: Tab[] = []
  signIns = 0

  constructor(
    readonly life: Life,
    readonly server: string,
    readonly account: Account,
    readonly rulebook: string,
    readonly hasLocks: boolean,
    readonly ledger: Ledger,
  ) {}

  /** Open so many tabs; whoever is not signed in signs in, however often it takes. */
  async open(tabs: number): Promise<void> {
    while (this.tabs.length < tabs) {
      const door = this.#door()
      const found = await openLast(door)
      if (found) await this.#begin(found, door)
      else await this.signIn()
    }
  }

  get #line(): Line {
    return { server: this.server, fetch: this.life.fetch, clock: this.life.clock }
  }

  #door(): Door {
    const { options } = this.life.access
    return { line: this.#line, accounts: new PhoneDatabase(options), options }
  }

  /** What the app does once it knows who is at it. */
  async #begin({ database }: SignedIn, door: Door): Promise<void> {
    this.ledger.watch(database)
    const phone = this.#phone(database, door)
    const loop = makeLoop(phone)
    this.tabs.push({ database, accounts: door.accounts, loop })
    void loop.wake().then(() => this.#settleIn(door, phone))
    await this.ledger.check(database, 'opened')
  }

  #phone(database: Database, door: Door): Phone {
    const { life, rulebook } = this
    const fetch = async (url: string, init?: RequestInit): Promise<Response> => {
      if ((await door.accounts.recall('current')) !== database.person_id) throw new Error('not this person’s session')
      return life.fetch(url, init)
    }
    const locks = this.hasLocks ? (life.locks as unknown as Pick<LockManager, 'request'>) : undefined
    return { ...this.#line, fetch, database, accounts: door.accounts, crypto: life.crypto, rulebook, locks }
  }

  async #settleIn(door: Door, phone: Phone): Promise<void> {
    try {
      await phone.database.sweep(new Date(phone.clock.now() - SWEEP_AFTER_MS).toISOString())
      await refreshMe(door, phone.database)
    } catch (error) {
      // A tab that was closed meanwhile has nothing to say.
      if (this.tabs.some(({ database }) => database === phone.database)) this.#expectKnown(error)
    }
  }

  /** Sign in, or again after the session has ended, and go on with what is on the phone. */
  async signIn(): Promise<void> {
    while (!this.life.isOver) {
      const door = this.#door()
      try {
        const signed = await signIn(door, this.account, '手机')
        this.signIns += 1
        this.#closeTabs()
        return await this.#begin(signed, door)
      } catch (error) {
        this.#expectKnown(error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  /** Anything else than these has no words for the person: a mistake of ours. */
  #expectKnown(error: unknown): void {
    const isKnown = error instanceof Unanswered || error instanceof NotSignedIn || error instanceof Refusal
    if (!isKnown && !this.life.isOver) this.ledger.break(`no words for ${error instanceof Error ? error.stack : String(error)}`)
  }

  #closeTabs(): void {
    for (const tab of this.tabs.splice(0)) {
      tab.loop.stop()
      tab.database.close()
      tab.accounts.close()
    }
  }
}
