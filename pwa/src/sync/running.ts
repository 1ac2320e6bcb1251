/** Send and fetch for one phone while its page is open; a file of its own, because the first screen does not wait for it. */
import { hearsBeyond } from '../core/beyond'
import { dayOf } from '../core/hazard-conditions'
import type { Instant } from '../core/types'
import type { Phone } from '../device/phone'
import { keepMap } from '../device/map-files'
import { live } from './live'
import { type Loop, makeLoop, type Status } from './loop'
import { runner } from './runner'

/** Where the browser does not tell when it is idle (Safari). */
const PICTURES_AFTER_MS = 2000

export type Running = { wake(): Promise<void>; stop(): void }

/** Begin; `onStatus` hears at once and at every change how sync stands. It does nothing until it is woken or the server speaks. */
export function run(phone: Phone, onStatus: (status: Status) => void): Running {
  const loop = makeLoop(phone)
  const stopStatus = loop.subscribe(onStatus)
  const hearElsewhere = keepElsewhere(phone, loop)
  const stopLive = followServer(phone, () => void loop.refresh(), (edition) => void hearElsewhere(edition).catch(() => undefined))
  const stopPictures = followPictures(phone, loop)
  const stop = () => {
    for (const each of [stopLive, stopStatus, stopPictures]) each()
    loop.stop()
  }
  return { wake: () => loop.wake(), stop }
}

/** Listen to the server while the page is in front; a hidden page saves the battery. */
function followServer(phone: Phone, onChange: () => void, onElsewhere: (edition: string | null) => void): () => void {
  let stop = new AbortController()
  const follow = () => {
    stop.abort()
    stop = new AbortController()
    if (document.visibilityState === 'visible') void live(phone, onChange, stop.signal, onElsewhere)
  }
  document.addEventListener('visibilitychange', follow)
  follow()
  return () => {
    document.removeEventListener('visibilitychange', follow)
    stop.abort()
  }
}

/**
 * Keep for the screens how other subdistricts within reach stand: it is not pulled, so they ask. Where the server answers
 * but cannot be heard, whoever was told of them before, or reaches them, takes it that something has changed.
 */
export function keepElsewhere(phone: Pick<Phone, 'database' | 'clock' | 'accounts'>, loop: Pick<Loop, 'refresh' | 'status'>): (edition: string | null) => Promise<void> {
  const { database, clock } = phone
  return async (edition) => {
    if (edition === null) {
      await loop.refresh()
      if (loop.status().stopped_by !== null || !(await concerned(phone))) return
    }
    await database.remember('elsewhere', edition ?? `unheard-${clock.now()}`)
  }
}

/** Has anybody ever told this person of other subdistricts, or does a posting of today reach them? Some proxies let no stream through, ever. */
async function concerned({ database, clock, accounts }: Pick<Phone, 'database' | 'clock' | 'accounts'>): Promise<boolean> {
  if ((await database.recall('elsewhere')) !== undefined) return true
  const me = (await accounts?.accounts.get(database.person_id))?.me
  return me !== undefined && hearsBeyond(me, dayOf(new Date(clock.now()).toISOString()))
}

/** After a try that brought and sent everything, and while nothing else is to do, fetch pictures of open hazards. */
function followPictures(phone: Phone, loop: Loop): () => void {
  const idle = globalThis.requestIdleCallback ?? ((action: () => void) => setTimeout(action, PICTURES_AFTER_MS))
  const stop = new AbortController()
  const work = runner(async () => {
    keepMap()
    const { fetchBeforePictures } = await import('./before-pictures')
    await fetchBeforePictures(phone, () => stop.signal.aborted || loop.status().is_running).catch(() => undefined)
  })
  let done_at: Instant | null = null
  const unsubscribe = loop.subscribe(({ completed_at }) => {
    if (completed_at === done_at) return
    done_at = completed_at
    idle(() => stop.signal.aborted || void work.wake())
  })
  return () => {
    stop.abort()
    unsubscribe()
  }
}
