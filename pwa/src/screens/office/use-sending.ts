/** Make a record of the desk and follow it on this page from "saved" to its receipt. */
import { computed, type ComputedRef, ref, type Ref, watch } from 'vue'
import type { Id, Mutation, MutationArgs, MutationName } from '@/core/types'
import { useLive } from '@/shell/live'
import { made, record } from '@/sync/here'

export type Sending = {
  /** The last record made here; null before the first. */
  mutation: ComputedRef<Mutation | null>
  /** On its way: pressing again would make a second record. */
  busy: ComputedRef<boolean>
  /** Why it could not even be kept. */
  failure: Ref<unknown>
  send: <N extends MutationName>(name: N, args: MutationArgs[N]) => Promise<void>
  clear: () => void
}

/** `onAccepted` is called once for each record that the server has accepted. */
export function useSending(onAccepted?: (mutation: Mutation) => void): Sending {
  const id = ref<Id | null>(null)
  const keeping = ref(false)
  const failure = ref<unknown>(null)
  const { value } = useLive(
    async (database) => (id.value ? await database.mutations.get(id.value) : undefined),
    () => id.value,
  )
  const mutation = computed(() => (id.value && value.value?.id === id.value ? value.value : null))
  const busy = computed(() => keeping.value || mutation.value?.state === 'waiting' || mutation.value?.state === 'sending')
  watch(
    () => mutation.value?.state,
    (state) => {
      if (state === 'applied' && mutation.value) onAccepted?.(mutation.value)
    },
  )

  async function send<N extends MutationName>(name: N, args: MutationArgs[N]): Promise<void> {
    if (busy.value) return
    keeping.value = true
    failure.value = null
    try {
      const [kept] = await record([made(name, args)])
      id.value = kept?.id ?? null
    } catch (error) {
      failure.value = error
    } finally {
      keeping.value = false
    }
  }
  const clear = () => {
    id.value = null
    failure.value = null
  }
  return { mutation, busy, failure, send, clear }
}
