/** Keep sending what a locked phone holds, without being able to read it, until it is unlocked. */
import { hash } from '../core/rulebook.json'
import { waitBefore } from '../core/outbox'
import type { Id } from '../core/types'
import { onWake } from '../device/connection'
import { Database } from '../device/database'
import { browserPhone, type Line } from '../device/phone'
import { NotSignedIn } from '../device/server'
import { runner } from './runner'
import { type Left, sendSealed } from './send-sealed'
import type { Door } from './opening'

/** Look again after this long while anything is left. */
const AGAIN_MS = 15_000

/** Send now and at every wake-up; `tell` hears how much is left. Returns how to stop. */
export function keepSendingSealed(door: Door, line: Line, person_id: Id, tell: (left: Left, needs_sign_in: boolean) => void): () => void {
  const database = new Database(person_id, door.options)
  const phone = { ...browserPhone(database, door.accounts, hash), ...pick(line) }
  let tries = 0
  let needs_sign_in = false
  let stopped = false
  let callOff: () => void = () => undefined
  const sending = runner(async () => {
    callOff()
    if (stopped) return
    try {
      tell(await database.countUnsent(), needs_sign_in)
      await sendSealed(phone)
      tries = 0
      needs_sign_in = false
    } catch (error) {
      tries += 1
      needs_sign_in = error instanceof NotSignedIn
    }
    await plan()
  })
  async function plan(): Promise<void> {
    const left = await database.countUnsent().catch(() => null)
    if (stopped || !left) return
    tell(left, needs_sign_in)
    const wait_ms = tries ? waitBefore(tries, Math.random()) : AGAIN_MS
    if (left.mutations + left.photos) callOff = line.clock.after(wait_ms, () => void sending.wake())
  }
  const stopWaking = onWake(() => void sending.wake())
  void sending.wake()
  return () => {
    stopped = true
    callOff()
    stopWaking()
    database.close()
  }
}

/** The line tells screens what it hears of the server; who may send is decided by the phone. */
function pick({ onAnswer, onSilence }: Line): Pick<Line, 'onAnswer' | 'onSilence'> {
  return { onAnswer, onSilence }
}
