/** Simulated phones for tests: the real database on an in-memory IndexedDB, the real network, a chosen clock. */
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { hex, uuidv7 } from '../../core/numbers'
import type { MutationArgs, MutationName, NewPhoto } from '../../core/types'
import { Database, type NewMutation } from '../../device/database'
import type { Phone } from '../../device/phone'

export const PERSON = '01890000-0000-7000-8000-000000000001'

/** A phone's storage: survives every crash of the code that uses it. */
export class TestPhone {
  readonly disk = { indexedDB: new IDBFactory(), IDBKeyRange }
  readonly open: Database[] = []

  constructor(
    readonly server: string,
    readonly person_id = PERSON,
  ) {}

  /** Open the phone's database as a newly started app would. */
  async start(changes: Partial<Phone> = {}): Promise<Phone> {
    const database = new Database(this.person_id, this.disk)
    this.open.push(database)
    await database.identify({ id: '01890000-0000-7000-8000-0000000000d1', code: 'X7K2', last_number: 0 })
    return {
      ...{ database, server: this.server, fetch: (url: string, init?: RequestInit) => fetch(url, init), rulebook: 'abc', clock: CLOCK },
      crypto: {
        random: (count) => new Uint8Array(randomBytes(count)),
        sha256: (bytes) => webcrypto.subtle.digest('SHA-256', bytes),
      },
      ...changes,
    }
  }

  close(): void {
    for (const database of this.open) database.close()
  }
}

export const CLOCK = {
  now: () => Date.now(),
  after(wait_ms: number, action: () => void) {
    const timer = setTimeout(action, wait_ms)
    return () => clearTimeout(timer)
  },
}

let made = 0
export function id(): string {
  made += 1
  return uuidv7(Date.now(), new Uint8Array(randomBytes(10)))
}

/** A record that is valid by default. */
export function aRecord<N extends MutationName = 'note_hazard'>(name?: N, args?: Partial<MutationArgs[N]>): NewMutation {
  const given = name ? args : { hazard_id: id(), note: `第 ${made} 条`, photos: [], ...args }
  return { id: id(), name: name ?? 'note_hazard', at: new Date().toISOString(), args: given } as unknown as NewMutation
}

export function aPhoto(size_bytes = 1000): NewPhoto {
  const content = randomBytes(size_bytes)
  const sha256 = hex(createHash('sha256').update(content).digest())
  const bytes = content.buffer.slice(content.byteOffset, content.byteOffset + size_bytes) as ArrayBuffer
  return { sha256, size_bytes, mime: 'image/jpeg', taken_at: new Date().toISOString(), fix: null, bytes, thumb: new ArrayBuffer(8) }
}

/** Seeded random numbers in [0, 1): the same run again from the same seed. A linear congruence is random enough to choose by. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 24
  }
}
