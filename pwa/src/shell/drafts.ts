/** Begin, keep and resume unfinished forms: every change is on the phone at once, and a reload returns to the same card. */
import { getCurrentScope, onScopeDispose, type Ref, ref, watch } from 'vue'
import type { Draft, Id, Track } from '@/core/types'
import { formOpened } from '@/device/open-forms'
import { noteRoom, noteWrite } from '@/device/storage-state'
import { here, newId } from '@/sync/here'

/** What `drafts.screen` of a visit holds: set at the door, then filled by the visit screen in `form` (its own shape). */
export type VisitDraft = { place_kind: 'household' | 'premises'; place_id: Id; track: Track; form?: unknown }

/** Return the id of the unfinished visit of this place, begun now if there is none; open `/visit/<id>` with it. Errors: StorageFull. */
export async function startVisit(visit: Omit<VisitDraft, 'form'>): Promise<Id> {
  const found = await unfinishedVisit(visit.place_id)
  if (found) return found.id
  return startDraft('visit', visit.place_id, visit)
}

export async function unfinishedVisit(place_id: Id): Promise<Draft | undefined> {
  return here.database?.drafts
    .where('subject_id')
    .equals(place_id)
    .filter((draft) => draft.kind === 'visit')
    .first()
}

/** Keep a new unfinished form and return its id. Errors: StorageFull. */
export async function startDraft(kind: Draft['kind'], subject_id: Id | null, screen: unknown): Promise<Id> {
  if (!here.database) throw new Error('nobody is signed in')
  const at = new Date().toISOString()
  const draft: Draft = { id: newId(), kind, subject_id, screen: plain(screen), started_at: at, changed_at: at }
  try {
    await here.database.saveDraft(draft)
    noteWrite()
  } catch (error) {
    noteWrite(error)
    throw error
  } finally {
    void noteRoom(here.database)
  }
  return draft.id
}

export type OpenDraft<S> = {
  /** Undefined until read; null when there is no such draft (finished, or thrown away). */
  screen: Ref<S | null | undefined>
  draft: () => Draft | null
  /** When the last change was kept; null while one is not kept yet, and when it could not be: `failure` says why. */
  saved_at: Ref<string | null>
  failure: Ref<unknown>
  /** Resolves when everything changed so far is kept. Await it before the camera opens and before `record`. */
  settled: () => Promise<void>
  /** Keep nothing more: the form was sent or thrown away. */
  end: () => void
}

/** Open an unfinished form; from then on each change of `screen` is kept at once, in order. */
export function useDraft<S>(id: Id): OpenDraft<S> {
  const screen = ref<S | null>() as Ref<S | null | undefined>
  const saved_at = ref<string | null>(null)
  const failure = ref<unknown>(null)
  let kept: Draft | null = null
  let writing: Promise<void> = Promise.resolve()
  let ended = false
  let changes = 0
  async function save(change: number): Promise<void> {
    if (!kept || !here.database || ended) return
    const draft: Draft = { ...kept, screen: plain(screen.value), changed_at: new Date().toISOString() }
    try {
      await here.database.saveDraft(draft)
      noteWrite()
      kept = draft
      if (change === changes) saved_at.value = draft.changed_at
      failure.value = null
    } catch (error) {
      noteWrite(error)
      failure.value = error
      saved_at.value = null
    }
  }
  async function open(): Promise<void> {
    kept = (await here.database?.drafts.get(id)) ?? null
    screen.value = (kept?.screen ?? null) as S | null
    saved_at.value = kept?.changed_at ?? null
    const change = () => {
      changes += 1
      saved_at.value = null
      const number = changes
      writing = writing.then(() => save(number))
    }
    if (kept) watch(screen, change, { deep: true })
    else close()
  }
  const close = formOpened()
  if (getCurrentScope()) onScopeDispose(() => void writing.then(close))
  const opened = open()
  const end = () => {
    ended = true
    close()
  }
  return { screen, draft: () => kept, saved_at, failure, settled: () => opened.then(() => writing), end }
}

/** What a reactive object holds, without its proxies, which no database can store. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
