/** Remember who has signed in on this phone, and who is at it now. */
import Dexie, { type Table } from 'dexie'
import type { Id, Instant, Me } from '../core/types'
import type { DatabaseOptions } from './database'
import { surviving } from './storage'

export type Account = {
  person_id: Id
  login: string
  name: string
  device_id: Id
  device_code: string
  /** The last answer of GET /api/me, so that the app opens without a network. */
  me: Me
  last_online_at: Instant
}

/** What belongs to the phone and to nobody: who has signed in here, and who is at it now. */
export class PhoneDatabase extends Dexie {
  declare accounts: Table<Account, Id>
  declare kv: Table<{ key: string; value: unknown }, string>

  constructor(options: DatabaseOptions = {}) {
    super('gridwalk-device', { chromeTransactionDurability: 'strict', ...options })
    this.version(1).stores({ accounts: 'person_id, login', kv: 'key' })
  }

  async remember(key: string, value: unknown): Promise<void> {
    await surviving(this, () => this.kv.put({ key, value }))
  }

  async recall<T>(key: string): Promise<T | undefined> {
    return (await surviving(this, () => this.kv.get(key)))?.value as T | undefined
  }
}
