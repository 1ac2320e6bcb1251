/** Let the person deal with what the server did not take: set it aside, or try once more. */
import { unparking } from '../core/outbox'
import type { Id, Sha256 } from '../core/types'
import type { Phone } from '../device/phone'
import { surviving } from '../device/storage'

type Chosen = { ids?: Id[]; hashes?: Sha256[] }

/** The person has dealt with these; they stay readable and stop asking for attention. */
export async function settle(phone: Phone, chosen: Chosen): Promise<void> {
  await phone.database.settle(chosen, new Date(phone.clock.now()).toISOString())
}

/** Queue again what has no receipt: parked records and refused photos. A receipt is final: that record must be made anew. */
export async function tryAgain(phone: Phone, { ids = [], hashes = [] }: Chosen): Promise<void> {
  const { database } = phone
  await surviving(database, () =>
    database.transaction('rw', database.mutations, database.photos, async () => {
      await database.mutations
        .where('id')
        .anyOf(ids)
        .modify((mutation) => {
          Object.assign(mutation, unparking(mutation) ?? {})
        })
      await database.photos
        .where('sha256')
        .anyOf(hashes)
        .filter((photo) => photo.state === 'refused')
        .modify({ state: 'waiting', upload_url: null, sent_bytes: 0, problem: null, settled_at: null })
    }),
  )
}
