/** Know the officers who may inspect together: asked of the server when it can be, and remembered for when it cannot. */
import { askJson } from '@/device/server'
import type { Id } from '@/core/types'
import { here, server } from '@/sync/here'

export type Colleague = { id: Id; name: string; licence_number: string | null }
const KEY = 'officers'

export async function knownColleagues(): Promise<Colleague[]> {
  return (await here.database?.recall<Colleague[]>(KEY)) ?? []
}

/** Return the officers posted where the visit is, or null without an answer. */
export async function askColleagues(place_code: string): Promise<Colleague[] | null> {
  try {
    const path = `/api/people?role=safety_officer&place=${place_code.slice(0, 9)}`
    const { people } = await askJson<{ people: Colleague[] }>(server, { path })
    const found = people.map(({ id, name, licence_number }) => ({ id, name, licence_number }))
    await here.database?.remember(KEY, found)
    return found
  } catch {
    // Offline is no fault here: those known from the last time are offered.
    return null
  }
}
