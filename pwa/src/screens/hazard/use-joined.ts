/** Follow what was joined to a hazard, and what it was joined to: from this phone, else from the server, which shows what lies within reach. */
import { computed, type Ref, shallowRef, watch } from 'vue'
import { joinedTo } from '@/core/joining'
import type { HazardRow, Id } from '@/core/types'
import { askJson, Refusal } from '@/device/server'
import { useLive, useRows } from '@/shell/live'
import { waiting } from '@/shell/waiting'
import { here, server } from '@/sync/here'

/** `row` is null while it is being asked for (`asking`), outside the person's reach (`beyond`), and without a network (`later`). */
export type JoinedOne = { id: Id; number: string; row: HazardRow | null; state: 'asking' | 'beyond' | 'later' }
type Asked = HazardRow | 'beyond' | 'later'

export function useJoined(hazard: Ref<HazardRow>) {
  /** What this phone has joined and the server has not said yet comes after what stands in the history. */
  const named = computed(() => {
    const known = joinedTo(hazard.value)
    const own = waiting.value.mutations.filter(({ name, args, shows }) => shows === 1 && name === 'void_hazard' && (args as { duplicate_of?: Id }).duplicate_of === hazard.value.id)
    const more = own.map(({ args }) => ({ id: (args as { hazard_id: Id }).hazard_id, number: '' }))
    return [...known, ...more.filter(({ id }) => !known.some((one) => one.id === id))]
  })
  const ids = computed(() => [...named.value.map(({ id }) => id), ...(hazard.value.duplicate_of ? [hazard.value.duplicate_of] : [])].join())
  const rows = useRows(() => {
    const wanted = ids.value ? ids.value.split(',') : []
    return { hazard: (database) => database.hazard.where('id').anyOf(wanted) }
  }).value
  const asked = shallowRef(new Map<Id, Asked>())
  const rowOf = (id: Id): HazardRow | null => {
    const answer = asked.value.get(id)
    return rows.value?.hazard?.find((row) => row.id === id) ?? (typeof answer === 'object' ? answer : null)
  }

  async function ask(id: Id): Promise<void> {
    let answer: Asked
    try {
      answer = (await askJson<{ hazard: HazardRow }>(server, { path: `/api/hazards/${encodeURIComponent(id)}` })).hazard
    } catch (error) {
      answer = error instanceof Refusal ? 'beyond' : 'later'
    }
    asked.value = new Map(asked.value).set(id, answer)
  }
  watch([ids, rows], ([wanted, read]) => {
    if (!read || !here.me || !wanted) return
    for (const id of wanted.split(',')) if (!rowOf(id) && asked.value.get(id) === undefined) void ask(id)
  }, { immediate: true })

  // A pull came through: there is a network again.
  const pulls = useLive((database) => database.cursor.get('pull')).value
  watch(() => pulls.value?.cursor, () => {
    for (const [id, answer] of asked.value) if (answer === 'later') void ask(id)
  })

  const joined = computed(() =>
    named.value.map(({ id, number }): JoinedOne => {
      const row = rowOf(id)
      const answer = asked.value.get(id)
      return { id, number: row?.number ?? number, row, state: typeof answer === 'string' ? answer : 'asking' }
    }),
  )
  const kept = computed(() => (hazard.value.duplicate_of ? rowOf(hazard.value.duplicate_of) : null))
  return { kept, joined }
}
