/** Ask what the signed-in person may do, by the same table as the server. */
import { computed } from 'vue'
import { may, type Permission } from '@/core/permissions'
import { serverNow } from '@/device/clock'
import { here } from '@/sync/here'
import { dayOf } from './now'

/** May the signed-in person do this at this place today? */
export function mayHere(permission: Permission, place_code: string, also: string[] = []): boolean {
  const person = here.me?.person
  return person !== undefined && may(person, permission, place_code, dayOf(serverNow()), also)
}

/** The postings that count today. */
export const postingsToday = computed(() => {
  const today = dayOf(serverNow())
  return (here.me?.person.postings ?? []).filter(
    (posting) => posting.from_on <= today && (posting.to_on === null || today <= posting.to_on),
  )
})

/** Does the person hold this permission anywhere today? */
export function mayAnywhere(permission: Permission): boolean {
  return postingsToday.value.some((posting) => mayHere(permission, posting.place_code, keysOf(posting.premises_id, posting.department)))
}

function keysOf(premises_id: string | null, department: string | null): string[] {
  return [premises_id && `premises:${premises_id}`, department && `department:${department}`].filter(
    (key) => key !== null && key !== '',
  ) as string[]
}
