/** Tell when the server may know more than is shown: after each pull, and at each word of other subdistricts within reach. */
import { computed } from 'vue'
import { useLive } from './live'

/** Another text each time; empty before the first pull. */
export function useEdition() {
  const known = useLive((database) => Promise.all([database.cursor.get('pull'), database.kv.get('elsewhere')])).value
  return computed(() => {
    const [pull, elsewhere] = known.value ?? []
    return [pull?.cursor, elsewhere?.value].filter(Boolean).join('-')
  })
}
