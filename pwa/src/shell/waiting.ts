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

const NOTHING: Waiting = { mutations: [], photos: [], counts: progress([], []), sealed_ids: new Set() }
/** What is still on this phone; one query for all screens. */
export const waiting = shallowRef<Waiting>(NOTHING)

async function read(database: Database): Promise<Waiting> {
  const { kv, mutations: records, photos: pictures } = database
  const [sealed, made, photos] = await database.transaction('r', [kv, records, pictures], () =>
    Promise.all([sealedRecords(database), records.toArray(), pictures.toArray()]),
  )
  const mutations = [...made, ...asShown(sealed)]
  return { mutations, photos, counts: progress(mutations, photos), sealed_ids: new Set(sealed.map((one) => one.mutation.id)) }
}

/** Follow whoever is signed in, for as long as the page lives. Called once, at its start. */
export function followWaiting(): void {
  let stop: () => void = () => undefined
  const follow = (database: Database | null) => {
    stop()
    waiting.value = NOTHING
    if (!database) return
    const failed = () => setTimeout(() => here.database === database && follow(database), 1000)
    const subscription = liveQuery(() => read(database)).subscribe({ next: (found) => (waiting.value = found), error: failed })
    stop = () => subscription.unsubscribe()
    void releaseAll(true)
  }
  watch(() => here.database, follow, { immediate: true })
  addEventListener('pagehide', () => void releaseAll())
}
