/** Tell the device's time and how far it is from the server's; the phone's clock is noted, never trusted, never forbidden. */
import { computed, ref } from 'vue'

const key = 'gridwalk.clock-skew-ms'
const wrong_ms = 5 * 60_000
/** A slow answer says little about the clock. */
const slow_ms = 10_000

/** Server time minus device time, in milliseconds; 0 until the server was heard. */
export const skew_ms = ref(stored())
/** Whether the phone's clock is off by more than five minutes. */
export const clockIsWrong = computed(() => Math.abs(skew_ms.value) > wrong_ms)

export function deviceNow(): Date {
  return new Date()
}

/** Return the server's time as well as the phone knows it: what deadlines are counted on. */
export function serverNow(): Date {
  return new Date(Date.now() + skew_ms.value)
}

/** Learn from a response's Date header, with the device's instants (ms) of sending and hearing. Ignores what says too little. */
export function hearServerDate(header: string | null, sent_ms: number, heard_ms: number): void {
  const server_ms = Date.parse(header ?? '')
  if (Number.isNaN(server_ms) || heard_ms < sent_ms || heard_ms - sent_ms > slow_ms) return
  // The header is cut to whole seconds: on average the instant was half a second later.
  const skew = Math.round(server_ms + 500 - (sent_ms + heard_ms) / 2)
  // Within a second it is the header's coarseness, and the figure on the screen should not tremble.
  skew_ms.value = Math.abs(skew) < 1000 ? 0 : skew
  try {
    localStorage.setItem(key, String(skew_ms.value))
  } catch {
    // Without storage the skew is learned again at the next answer.
  }
}

function stored(): number {
  try {
    const value = Number(localStorage.getItem(key))
    return Number.isFinite(value) ? value : 0
  } catch {
    return 0
  }
}
