/** Keep what is being decided in a list, whatever the server lists meanwhile, until its receipt has been read. */
import { computed, shallowRef } from 'vue'

/**
 * `listed` is what the server lists, undefined until it answers; `idOf` tells rows apart; `again` asks it anew.
 * `list` is what to show: what the server lists, and behind it what it lists no longer but is still being decided.
 */
export function useDeciding<T>(listed: () => T[] | undefined, idOf: (row: T) => string, again: () => Promise<void>) {
  const deciding = shallowRef<T[]>([])
  const without = (row: T, rows: T[]) => rows.filter((one) => idOf(one) !== idOf(row))
  const list = computed(() => {
    const found = listed()
    return found && [...found, ...found.reduce((left, row) => without(row, left), deciding.value)]
  })
  function begin(row: T): void {
    deciding.value = [...without(row, deciding.value), row]
  }
  function end(row: T): void {
    deciding.value = without(row, deciding.value)
    void again()
  }
  return { list, begin, end }
}
