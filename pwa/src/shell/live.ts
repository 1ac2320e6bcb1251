/** Follow the local database from a component: what it shows changes with every pull and every record. */
import { liveQuery, type Subscription } from 'dexie'
import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue'
import { type RowSet, replay } from '@/core/replay'
import type { Database } from '@/device/database'
import { surviving } from '@/device/storage'
import { author, here } from '@/sync/here'
import { shownRows, tablesFor, type Wanted } from '@/sync/shown-rows'
import { asShown, sealedRecords } from './undo'

/** `value` is undefined until the first answer; `failure` is set when the database cannot be read. */
export type Live<T> = { value: ShallowRef<T | undefined>; failure: ShallowRef<unknown> }

const REOPENINGS = 3

/**
 * Follow one question to the person's database; ask again whenever what it read changes, or `deps` do.
 * `ask` may await nothing but the database. Before sign-in the value is undefined.
 */
export function useLive<T>(ask: (database: Database) => Promise<T>, deps: () => unknown = () => undefined): Live<T> {
  const value = shallowRef<T>()
  const failure = shallowRef<unknown>(null)
  let subscription: Subscription | null = null
  let lost = 0
  function follow(): void {
    subscription?.unsubscribe()
    subscription = null
    const { database } = here
    if (database) subscription = liveQuery(() => ask(database)).subscribe({ next, error: (error) => void broke(database, error) })
    else value.value = undefined
  }
  function next(found: T): void {
    lost = 0
    failure.value = null
    value.value = found
  }
  // A phone may close the database of a page in the background: open it again before saying that it cannot be read.
  async function broke(database: Database, error: unknown): Promise<void> {
    lost += 1
    try {
      if (lost > REOPENINGS || here.database !== database) throw error
      await surviving(database, () => database.kv.count())
      follow()
    } catch (final) {
      failure.value = final
    }
  }
  watch([() => here.database, deps], follow, { immediate: true })
  onScopeDispose(() => subscription?.unsubscribe())
  return { value, failure }
}

/**
 * Follow rows as the screen shows them: pulled, with this phone's own records on top, those that can still be undone too.
 * `wanted` may read refs; a change of them asks again. Filter once more where a search matters: see `shownRows`.
 */
export function useRows(wanted: () => Wanted): Live<RowSet> {
  return useLive(
    (database) => rowsOf(database, wanted()),
    () => [wanted(), author.value],
  )
}

/** Return rows once, inside a live query of one's own. */
export async function rowsOf(database: Database, wanted: Wanted): Promise<RowSet> {
  const by = author.value
  if (!by) return {}
  // One transaction, everything asked at once: on a slow phone the ways to and from the database weigh more than the reading.
  const read = () => Promise.all([sealedRecords(database), shownRows(database, wanted, by)])
  const [sealed, rows] = await database.transaction('r', [database.kv, ...tablesFor(database, wanted)], read)
  return sealed.length ? replay(rows, asShown(sealed), by) : rows
}
