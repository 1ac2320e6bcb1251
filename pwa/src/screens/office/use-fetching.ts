/** Tell whether this desk is still fetching its rows for the first time: until then a total is too small and a place unknown. */
import { computed, type ComputedRef } from 'vue'
import { useLive } from '@/shell/live'

export function useFetching(): ComputedRef<boolean> {
  const { value: cursor } = useLive(async (database) => (await database.cursor.get('pull')) ?? null)
  return computed(() => cursor.value === null || cursor.value?.completed_at === null || cursor.value?.starting === true)
}
