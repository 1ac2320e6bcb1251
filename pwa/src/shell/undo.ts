/** Keep a record back for ten seconds so that it can be undone before it leaves the phone; a dead browser does not lose it. */
import type { Mutation } from '@/core/types'
import type { Database, NewMutation } from '@/device/database'
import { KEPT_BACK, keptBack } from '@/device/kept-back'
import { noteWrite } from '@/device/storage-state'
import { surviving } from '@/device/storage'
import { here, record } from '@/sync/here'

export const UNDO_MS = 10_000
/** A record that is safe on the phone and not yet in the queue. */
export type Sealed = { mutation: NewMutation; leaves_at_ms: number }

const keyOf = (id: string) => KEPT_BACK + id
const timers = new Map<string, ReturnType<typeof setTimeout>>()

/** Keep the record and put it into the queue in ten seconds, when the page is left, or at the next start. Errors: StorageFull. */
export async function seal(mutation: NewMutation): Promise<void> {
  const database = owned()
  const sealed: Sealed = { mutation: plain(mutation), leaves_at_ms: Date.now() + UNDO_MS }
  try {
    await database.remember(keyOf(mutation.id), sealed)
    noteWrite()
  } catch (error) {
    noteWrite(error)
    throw error
  }
  schedule(database, sealed)
}

/** Take the record back. False when it has left already: then only a correcting record helps. */
export async function undo(id: string): Promise<boolean> {
  const database = owned()
  return surviving(database, () =>
    database.transaction('rw', database.kv, async () => {
      const there = (await database.kv.get(keyOf(id))) !== undefined
      await database.kv.delete(keyOf(id))
      return there
    }),
  )
}

/** Change what the record says while it is still here, and begin the ten seconds anew. False when it has left already. */
export async function amend(id: string, change: (mutation: NewMutation) => NewMutation, anew = true): Promise<boolean> {
  const database = owned()
  const amended = await surviving(database, () =>
    database.transaction('rw', database.kv, async () => {
      const sealed = (await database.kv.get(keyOf(id)))?.value as Sealed | undefined
      if (!sealed) return null
      const next: Sealed = { mutation: plain(change(sealed.mutation)), leaves_at_ms: anew ? Date.now() + UNDO_MS : sealed.leaves_at_ms }
      await database.kv.put({ key: keyOf(id), value: next })
      return next
    }),
  )
  if (amended && anew) schedule(database, amended)
  return amended !== null
}

/** Return the records kept back, oldest first; meant for live queries. */
export async function sealedRecords(database: Database): Promise<Sealed[]> {
  const found = await keptBack(database).toArray()
  return found.map((row) => row.value as Sealed).sort((one, other) => one.leaves_at_ms - other.leaves_at_ms)
}

/** Return them in the form in which they will stand in the queue; their receipt number is given only there. */
export function asShown(sealed: readonly Sealed[]): Mutation[] {
  return sealed.map(({ mutation }, index) => ({
    ...mutation,
    ...{
      number: Number.MAX_SAFE_INTEGER - sealed.length + index,
      device_code: '',
      photo_hashes: [],
      state: 'waiting',
      shows: 1,
      problem: null,
    },
    ...{ parked: false, revision: null, tries: 0, answered_at: null, settled_at: null },
  }))
}

/** Put every record kept back into the queue now; `overdue` leaves those whose ten seconds still run, and goes on counting them. */
export async function releaseAll(overdue = false): Promise<void> {
  const { database } = here
  if (!database) return
  for (const sealed of await sealedRecords(database)) {
    if (overdue && sealed.leaves_at_ms > Date.now()) schedule(database, sealed)
    else await leave(database, sealed.mutation)
  }
}

function schedule(database: Database, { mutation, leaves_at_ms }: Sealed): void {
  clearTimeout(timers.get(mutation.id))
  timers.set(
    mutation.id,
    setTimeout(() => void leave(database, mutation), Math.min(UNDO_MS, Math.max(0, leaves_at_ms - Date.now()))),
  )
}

/** Let it go into the queue; where there is no room, it stays sealed, the strip says so, and it is tried again. */
async function leave(database: Database, mutation: NewMutation): Promise<void> {
  try {
    await release(database, mutation.id)
    noteWrite()
  } catch (error) {
    noteWrite(error)
    if (here.database === database) schedule(database, { mutation, leaves_at_ms: Date.now() + UNDO_MS })
  }
}

/** In one transaction, so that undoing in another tab cannot cross it; once released it is an ordinary record. */
async function release(database: Database, id: string): Promise<void> {
  clearTimeout(timers.get(id))
  timers.delete(id)
  const tables = [database.kv, database.mutations, database.photos, database.photo_bytes, database.photo_thumbs, database.drafts]
  await surviving(database, async () => {
    const seals = await database.seals(1)
    await database.transaction('rw', tables, async () => {
      const sealed = (await database.kv.get(keyOf(id)))?.value as Sealed | undefined
      if (!sealed) return
      await database.recordSealed(seals, [sealed.mutation])
      await database.kv.delete(keyOf(id))
    })
  })
  // Nothing more to keep: this only begins to send.
  if (here.database === database) await record([])
}

function owned(): Database {
  if (!here.database) throw new Error('nobody is signed in')
  return here.database
}

/** What a record holds, without the proxies of a screen, which no database can store. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
