/** Send once what waits, for whoever runs without a page and therefore without the key: what lies sealed goes as it lies. */
import { hash } from '../core/rulebook.json'
import { PhoneDatabase } from '../device/accounts'
import { Database } from '../device/database'
import { browserPhone, type Phone } from '../device/phone'
import { stillHere } from './loop'
import { push } from './push'
import { alone } from './runner'
import { sendSealed } from './send-sealed'
import { tellWaiting } from './told'
import { uploadPhotos } from './upload-photos'

/**
 * Send the signed-in person's records and photos; return how many are left.
 * Errors: whatever stopped it. The worker must throw too, or throw when something is left: only then does the browser try again.
 */
export async function drainOnce(): Promise<number> {
  const accounts = new PhoneDatabase()
  const current = await accounts.recall<string | null>('current')
  if (!current) return 0
  const database = new Database(current)
  try {
    const left = await sendSealed(browserPhone(database, accounts, hash))
    return left.mutations + left.photos
  } finally {
    database.close()
    accounts.close()
  }
}

/** Send a phone's records and photos once; return how many are left. */
export async function drain(phone: Phone): Promise<number> {
  await alone(phone, 'push', () => push(phone))
  await alone(phone, 'photos', () => uploadPhotos(phone))
  await tellWaiting(phone)
  return stillHere(phone)
}
