/** Follow how much is still on this phone: the badge, the three states of today, the end-of-shift check. */
import { liveQuery } from 'dexie'
import { shallowRef, watch } from 'vue'
import { type Progress, progress } from '@/core/progress'
import type { Mutation, Photo } from '@/core/types'
import type { Database } from '@/device/database'
import { here } from '@/sync/here'
import { asShown, releaseAll, sealedRecords } from './undo'

/** Everything the phone remembers of its own work, records kept back for undoing included. */
export type Waiting = { mutations: Mutation[]; photos: Photo[]; counts: Progress; sealed_ids: ReadonlySet<string> }

const NOTHING: Waiting = { mutations: [], photos: [], counts: { ...progress([], []), is_clear: false }, sealed_ids: new Set() }
/** What is still on this phone; one query for all screens. */
export const waiting = shallowRef<Waiting>(NOTHING)
/** Whether that has been read: before, nobody may say that nothing waits. */
export const isRead = (): boolean => waiting.value !== NOTHING

/** What was only on this phone when the browser cleared it under this page, forms' photos included; null as long as it has not. */
export const lost = shallowRef<Lost | null>(null)
export type Lost = { records: number; photos: number }

/** Return what goes with a phone's database: the server has heard of neither. */
export function onlyHere({ counts, photos }: Waiting): Lost {
  return { records: counts.unsent_mutations + counts.needs_you, photos: photos.filter((photo) => photo.state !== 'arrived').length }
}

type Records = Pick<Waiting, 'mutations' | 'sealed_ids'>

async function readRecords(database: Database): Promise<Records> {
  const { kv, mutations } = database
  const [sealed, made] = await database.transaction('r', [kv, mutations], () => Promise.all([sealedRecords(database), mutations.toArray()]))
  return { mutations: [...made, ...asShown(sealed)], sealed_ids: new Set(sealed.map((one) => one.mutation.id)) }
}

/** Tell of every change. Photos are asked for by themselves: each that moves would have thousands of records unsealed again. */
function watchDatabase(database: Database, next: (found: Waiting) => void, failed: () => void): () => void {
  let records: Records | undefined
  let photos: Photo[] | undefined
  const tell = () => {
    if (records && photos) next({ ...records, photos, counts: progress(records.mutations, photos) })
  }
  const subscriptions = [
    liveQuery(() => readRecords(database)).subscribe({
      next(found) {
        records = found
        tell()
      },
      error: failed,
    }),
    liveQuery(() => database.photos.toArray()).subscribe({
      next(found) {
        photos = found
        tell()
      },
      error: failed,
    }),
  ]
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe()
  }
}

/** Follow whoever is signed in, for as long as the page lives. Called once, at its start. */
export function followWaiting(): void {
  let stop: () => void = () => undefined
  let known = NOTHING
  const follow = (database: Database | null) => {
    stop()
    waiting.value = NOTHING
    if (!database) return
    let isOver = false
    const failed = () => {
      if (isOver) return
      stop()
      setTimeout(() => here.database === database && follow(database), 1000)
    }
    const next = (found: Waiting) => {
      waiting.value = known = found
    }
    const end = watchDatabase(database, next, failed)
    stop = () => {
      isOver = true
      end()
    }
    void releaseAll(true)
  }
  watch(
    () => here.database,
    () => (known = NOTHING),
    { flush: 'sync' },
  )
  watch(() => here.database, follow, { immediate: true })
  // At once: what is read next is the database made anew.
  watch(
    () => here.is_cleared,
    (is) => (lost.value = is ? onlyHere(known) : null),
    { flush: 'sync' },
  )
  addEventListener('pagehide', () => void releaseAll())
}
