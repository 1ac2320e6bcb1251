/** Hand the key of an unlocked phone from page to page, by memory alone: a reload does not ask for the PIN again, a dead browser does. */
import type { Id } from '../core/types'
import type { Vault } from './at-rest'

/** What passes from one memory to another. */
export type Handed = { person_id: Id; number: number; key: Uint8Array }
type Said = { type: 'key?'; person_id: Id } | { type: 'key'; handed: Handed }

/** So long the worker remembers after a page has gone: enough for a reload on a slow phone. */
export const REMEMBERED_MS = 15_000
const PATIENCE_MS = 500
const CHANNEL = 'gridwalk-keys'

function worker(): ServiceWorker | null {
  return typeof navigator === 'undefined' ? null : (navigator.serviceWorker?.controller ?? null)
}

function openChannel(): BroadcastChannel | null {
  return typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)
}

/** Answer other tabs, take over a newer key of theirs, and leave the key with the worker when this page goes. Returns how to stop. */
export function keepAtHand(person_id: Id, vault: Vault): () => void {
  const handed = (): Handed => ({ person_id, number: vault.number, key: vault.key(vault.number) })
  const channel = openChannel()
  const hear = ({ data }: MessageEvent<Said>) => {
    if (data.type === 'key?' && data.person_id === person_id) channel?.postMessage({ type: 'key', handed: handed() } satisfies Said)
    if (data.type === 'key' && data.handed.person_id === person_id) vault.add(data.handed.number, data.handed.key)
  }
  const leave = () => worker()?.postMessage({ type: 'key', handed: handed() } satisfies Said)
  channel?.addEventListener('message', hear)
  addEventListener('pagehide', leave)
  return () => {
    channel?.close()
    removeEventListener('pagehide', leave)
    worker()?.postMessage({ type: 'forget-key' })
  }
}

/** Tell other tabs of a new key at once: from now on rows need it. */
export function announceKey(person_id: Id, vault: Vault): void {
  const channel = openChannel()
  channel?.postMessage({ type: 'key', handed: { person_id, number: vault.number, key: vault.key(vault.number) } } satisfies Said)
  channel?.close()
}

/** Return the key if another tab or the worker still has it. */
export function askForKey(person_id: Id): Promise<Handed | null> {
  const channel = openChannel()
  const line = new MessageChannel()
  return new Promise((resolve) => {
    const answer = (handed: Handed | null) => {
      clearTimeout(timer)
      channel?.close()
      line.port1.close()
      resolve(handed)
    }
    const timer = setTimeout(() => answer(null), PATIENCE_MS)
    const hear = ({ data }: MessageEvent<Said | null>) => {
      if (data?.type === 'key' && data.handed.person_id === person_id) answer(data.handed)
    }
    channel?.addEventListener('message', hear)
    line.port1.onmessage = hear
    channel?.postMessage({ type: 'key?', person_id } satisfies Said)
    worker()?.postMessage({ type: 'key?', person_id } satisfies Said, [line.port2])
  })
}

/** The worker's side: the last key that a page left, until it is forgotten. `now` tells milliseconds. */
export function keyKeeper(now: () => number): (said: unknown, answer: (said: Said) => void) => void {
  let kept: { handed: Handed; until_ms: number } | null = null
  return (said, answer) => {
    const heard = said as Said | { type: 'forget-key' } | null
    if (heard?.type === 'forget-key') kept = null
    if (heard?.type === 'key') kept = { handed: heard.handed, until_ms: now() + REMEMBERED_MS }
    if (kept && now() > kept.until_ms) kept = null
    if (heard?.type === 'key?' && kept?.handed.person_id === heard.person_id) answer({ type: 'key', handed: kept.handed })
  }
}
