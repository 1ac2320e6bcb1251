/** Tell the device's time and how far it is from the server's; the phone's clock is noted, never trusted, never forbidden. */
import { computed, ref } from 'vue'

const key = 'gridwalk.clock-skew-ms'
const wrong_ms = 5 * 60_000
/** A clock that was set jumps by more than this between two looks at it. */
const moved_ms = 30_000
const look_every_ms = 10_000
/** A slow answer says little about the clock. */
const slow_ms = 10_000

/** Server time minus device time, in milliseconds; 0 until the server was heard. */
export const skew_ms = ref(stored())
/** How far the clock was set on while this page is open and the server was not heard since. */
export const clock_moved_ms = ref(0)
/** Whether the phone's clock is off by more than five minutes. */
export const clockIsWrong = computed(() => Math.abs(skew_ms.value) > wrong_ms)

/** Whether the server was ever heard on this phone; without it nothing is known of its clock. */
let known = read() !== null

/** Return the skew as far as it is known; null when the server was never heard. */
export function knownSkew(): number | null {
  lookAtClock()
  return known ? skew_ms.value : null
}

/** The clock, and beside it the one that nobody can set. */
let base = { wall_ms: Date.now(), steady_ms: performance.now() }

/**
 * Notice that the clock was set while a form was open: deadlines stay right, and what is recorded from now on says so.
 * A phone that slept may have stopped the steady clock: after a pause, only a clock that went back was surely set.
 */
export function lookAtClock(after_pause = false, wall_ms = Date.now(), steady_ms = performance.now()): void {
  const moved = wall_ms - base.wall_ms - (steady_ms - base.steady_ms)
  base = { wall_ms, steady_ms }
  if (Math.abs(moved) < moved_ms || (after_pause && moved > 0)) return
  clock_moved_ms.value += moved
  skew_ms.value -= Math.round(moved)
  store()
}

/** Look at the clock now and then for as long as the page lives. */
export function watchClock(): void {
  setInterval(() => document.visibilityState === 'visible' && lookAtClock(), look_every_ms)
  document.addEventListener('visibilitychange', () => lookAtClock(document.visibilityState === 'visible'))
}

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
  known = true
  base = { wall_ms: Date.now(), steady_ms: performance.now() }
  clock_moved_ms.value = 0
  store()
}

function store(): void {
  try {
    localStorage.setItem(key, String(skew_ms.value))
  } catch {
    // Without storage the skew is learned again at the next answer.
  }
}

function stored(): number {
  const value = Number(read())
  return Number.isFinite(value) ? value : 0
}

function read(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
