/** Run one piece of work at a time, and never lose a wake-up that comes while it runs. */
import type { Phone } from '../device/phone'

const LOCK_WAIT_MS = 20_000

export type Runner = {
  /** Run now, or once more as soon as the present run ends; resolves when no wake-up is left. */
  wake(): Promise<void>
}

/** Return a runner of `work`, which must not throw. */
export function runner(work: () => Promise<void>): Runner {
  let again = false
  let running: Promise<void> | null = null
  const run = async (): Promise<void> => {
    try {
      while (again) {
        again = false
        await work()
      }
    } finally {
      // In the same turn as the last look at `again`: no wake-up can slip between.
      running = null
    }
  }
  return {
    wake() {
      again = true
      running ??= run()
      return running
    },
  }
}

/**
 * Return what `work` returns, run while no other tab runs the same; after 20 s it runs all the same.
 * Browsers have left locks behind with tabs that were gone: a lock may save traffic but must never hold up a record.
 */
export async function alone<T>(phone: Phone, name: string, work: () => Promise<T>): Promise<T> {
  if (!phone.locks) return work()
  const impatient = new AbortController()
  const callOff = phone.clock.after(LOCK_WAIT_MS, () => impatient.abort())
  let granted = false
  try {
    return (await phone.locks.request(`gridwalk-${name}-${phone.database.person_id}`, { signal: impatient.signal }, () => {
      granted = true
      callOff()
      return work()
    })) as T
  } catch (error) {
    if (granted) throw error
    return work()
  } finally {
    callOff()
  }
}
