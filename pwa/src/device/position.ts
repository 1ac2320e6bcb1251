/** Ask for the place once, early, and never make anybody wait for it. */
import { shallowReactive, shallowReadonly } from 'vue'

/** A circle on the ground, as it is sent: WGS 84 degrees, `accuracy_m` the 95 % radius of the browser. */
export type Fix = { lon: number; lat: number; accuracy_m: number; crs: 'wgs84'; source: 'gps' | 'network' | 'manual'; taken_at: string }
export type PositionState = 'unasked' | 'asking' | 'found' | 'refused' | 'not_found'

const fresh_ms = 60_000
const give_up_ms = 15_000
/** Browsers do not say what a fix came from; cell towers and Wi-Fi alone rarely get below this. */
const satellite_accuracy_m = 100

// Shallow, so that a fix is the plain object that a database can store.
const now = shallowReactive<{ state: PositionState; fix: Fix | null }>({ state: 'unasked', fix: null })
/** What is known of the place at this moment, for the screen. */
export const position = shallowReadonly(now)

let asking: Promise<Fix | null> | undefined

/** Start looking for the place; call it when a form opens, so that the fix is there when the photo is taken. */
export function seekPosition(): void {
  void currentFix()
}

/** Return a fix not older than a minute, or null after 15 s, on refusal, or without the power. Never rejects. */
export function currentFix(): Promise<Fix | null> {
  if (now.fix && Date.now() - Date.parse(now.fix.taken_at) < fresh_ms) return Promise.resolve(now.fix)
  asking ??= ask().finally(() => {
    asking = undefined
  })
  return asking
}

/** Return a fix taken after this call, for whoever compares it with the ground; null as above. Never rejects. */
export function fixAnew(): Promise<Fix | null> {
  return ask(0)
}

/** Return the fix that is there now, without waiting: what a photo or record is saved with. */
export function fixAtHand(): Fix | null {
  return now.fix && Date.now() - Date.parse(now.fix.taken_at) < fresh_ms ? now.fix : null
}

function ask(age_ms = fresh_ms): Promise<Fix | null> {
  if (!navigator.geolocation) return settle('not_found', null)
  now.state = 'asking'
  return new Promise((resolve) => {
    // Some engines never call back at all while the permission question stays open.
    const limit = setTimeout(() => resolve(settle('not_found', null)), give_up_ms + 1000)
    navigator.geolocation.getCurrentPosition(
      (found) => {
        clearTimeout(limit)
        resolve(settle('found', fixOf(found)))
      },
      (error) => {
        clearTimeout(limit)
        resolve(settle(error.code === error.PERMISSION_DENIED ? 'refused' : 'not_found', null))
      },
      { enableHighAccuracy: true, maximumAge: age_ms, timeout: give_up_ms },
    )
  })
}

async function settle(state: PositionState, fix: Fix | null): Promise<Fix | null> {
  now.state = state
  now.fix = fix
  return fix
}

export function fixOf(found: GeolocationPosition): Fix {
  const { longitude, latitude, accuracy } = found.coords
  return {
    lon: round(longitude, 7),
    lat: round(latitude, 7),
    accuracy_m: Math.max(1, Math.ceil(accuracy)),
    crs: 'wgs84',
    source: accuracy <= satellite_accuracy_m ? 'gps' : 'network',
    taken_at: new Date(found.timestamp).toISOString(),
  }
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
