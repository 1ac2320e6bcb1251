/** Ask the server for what only the desk shows, keep the last answer while a newer one is on its way or fails. */
import { onScopeDispose, ref, type Ref, type ShallowRef, shallowRef, watch } from 'vue'
import type { Instant } from '@/core/types'
import { askJson } from '@/device/server'
import { here, server } from '@/sync/here'

export type Answered<T> = {
  /** Undefined until the first answer. */
  value: ShallowRef<T | undefined>
  /** Why the last question had no answer; an older answer stays. */
  failure: ShallowRef<unknown>
  /** When the answer came. */
  asked_at: Ref<Instant | null>
  again: () => Promise<void>
}

/** Follow one question: asked at once, when its path changes, and after every sync, which is when something may have changed. */
export function useAnswer<T>(path: () => string | null): Answered<T> {
  const value = shallowRef<T>()
  const failure = shallowRef<unknown>(null)
  const asked_at = ref<Instant | null>(null)
  let latest = 0

  async function again(): Promise<void> {
    const wanted = path()
    latest += 1
    const turn = latest
    if (wanted === null) return
    try {
      const answer = await askJson<T>(server, { path: wanted })
      if (turn !== latest) return
      value.value = answer
      failure.value = null
      asked_at.value = new Date().toISOString()
    } catch (error) {
      if (turn === latest) failure.value = error
    }
  }

  watch(
    path,
    () => {
      value.value = undefined
      failure.value = null
      void again()
    },
    { immediate: true },
  )
  watch(
    () => here.status.completed_at,
    () => void again(),
  )
  onScopeDispose(() => {
    latest += 1
  })
  return { value, failure, asked_at, again }
}
