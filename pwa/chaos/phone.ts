/** One simulated phone: a storage that survives every kill, and the browsers that are opened on it one after another. */
import { hash } from '../src/core/rulebook.json'
import type { Stop } from '../src/sync/loop'
import { type Account, Browser, type Tab } from './browser'
import type { Chance } from './chance'
import { Disk } from './disk'
import { Ledger } from './ledger'
import { Cookies, Life } from './life'
import type { Network } from './network'

export type Habits = {
  /** Moments until each of its first lives is killed. */
  fuses: number[]
  /** Whether a second tab is opened, and whether the browser has Web Locks. */
  tabs: 1 | 2
  locks: 'none' | 'kept' | 'orphaned'
  /** Whether the app on it is one that the server no longer accepts. */
  is_outdated: boolean
}

const OUTDATED = '0123456789abcdef'

export class SimulatedPhone {
  readonly ledger = new Ledger()
  readonly disk = new Disk()
  readonly cookies = new Cookies()
  /** Milliseconds by which its clock is ahead. */
  clockAhead_ms = 0
  lives = 0
  browser: Browser
  #rulebook: string

  constructor(
    readonly account: Account,
    readonly network: Network,
    readonly chance: Chance,
    readonly habits: Habits,
  ) {
    this.#rulebook = habits.is_outdated ? OUTDATED : hash
    this.browser = this.#newBrowser()
  }

  get life(): Life {
    return this.browser.life
  }

  get stop(): Stop | null {
    return this.browser.tabs[0]?.loop.status().stopped_by ?? null
  }

  now(): number {
    return Date.now() + this.clockAhead_ms
  }

  #newBrowser(): Browser {
    const fuse = this.habits.fuses[this.lives] ?? null
    this.lives += 1
    const orphaned = this.habits.locks === 'orphaned' ? 'gridwalk-push' : null
    const life = new Life(this.disk, () => this.clockAhead_ms, fuse, this.cookies, orphaned)
    return new Browser(life, this.network.address, this.account, this.#rulebook, this.habits.locks !== 'none', this.ledger)
  }

  /** Return an open tab, after whatever it takes: opening the browser again, signing in, again and again. */
  async awake(): Promise<Tab> {
    for (;;) {
      if (this.life.isOver) this.browser = this.#newBrowser()
      const { browser } = this
      await browser.life.until(browser.open(this.habits.tabs))
      if (!browser.life.isOver && browser.tabs.length) return this.chance.of(browser.tabs)
    }
  }

  async signIn(): Promise<void> {
    await this.life.until(this.browser.signIn())
  }

  /** Load the newest app, as a reload does. */
  update(): void {
    this.#rulebook = hash
    this.life.kill()
  }

  /** No more deaths. */
  spare(): void {
    this.habits.fuses = []
    this.life.fuse = null
  }
}
