/** Know whether this phone carries no hazards, because its area holds more than a phone should: then the server is asked. */
import { computed } from 'vue'
import { useLive } from './live'

/** Undefined until it is known. */
export function useWide() {
  const cursor = useLive(async (database) => (await database.cursor.get('pull')) ?? null).value
  return computed(() => (cursor.value === undefined ? undefined : (cursor.value?.left_out ?? []).includes('hazard')))
}
