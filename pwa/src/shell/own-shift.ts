/** Follow what the server noticed of this phone's positions: asked now and then, remembered for where there is no network. */
import { type ShallowRef, shallowRef } from 'vue'
import type { Speaks, Wind } from '@/core/datums'
import type { Day, Instant } from '@/core/types'
import { askJson } from '@/device/server'
import { here, server } from '@/sync/here'

/** How a phone's positions are off: what it speaks, how far and which way, and by how many places that is proven. */
export type Shift = { speaks: Exclude<Speaks, 'wgs84'>; metres: number; towards: Wind; places: number; fixes: number; since_on: Day }
type Remembered = { shift: Shift | null; asked_at: Instant }

const KEY = 'own_shift'
const FRESH_MS = 6 * 3_600_000

/** Return the shift of this phone, null while none is known; with `now` the server is asked however lately it was. */
export function useOwnShift(now = false): ShallowRef<Shift | null> {
  const shift = shallowRef<Shift | null>(null)
  void follow(shift, now)
  return shift
}

async function follow(shift: ShallowRef<Shift | null>, now: boolean): Promise<void> {
  const { database } = here
  const last = await database?.recall<Remembered>(KEY).catch(() => undefined)
  shift.value = last?.shift ?? null
  if (last && !now && Date.now() - Date.parse(last.asked_at) < FRESH_MS) return
  try {
    const answer = await askJson<{ shift: Shift | null }>(server, { path: '/api/positions/mine' })
    shift.value = answer.shift
    await database?.remember(KEY, { shift: answer.shift, asked_at: new Date().toISOString() } satisfies Remembered)
  } catch {
    // Without an answer the last one stands: a phone is off for weeks, not for minutes.
  }
}
