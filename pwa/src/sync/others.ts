/** Send what another account of this phone has left here, without being able to read it; it stays in its author's name. */
import type { Id } from '../core/types'
import { Database } from '../device/database'
import type { Phone } from '../device/phone'
import { type Left, sendSealed } from './send-sealed'

/** Return what is left of that account; the session that sends is the present person's. Errors: Unanswered, NotSignedIn, Refusal. */
export async function sendForOther(phone: Phone, person_id: Id, options = {}): Promise<Left> {
  const database = new Database(person_id, options)
  try {
    return await sendSealed({ ...phone, database })
  } finally {
    database.close()
  }
}
