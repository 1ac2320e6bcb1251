/** Read what devices still hold: the server's answer, and the last one where there is no network. */
import { ref, shallowRef, watch } from 'vue'
import type { Instant } from '@/core/types'
import { useAnswer } from '@/screens/office/use-answer'
import { here } from '@/sync/here'

/** A device by its code, never by its person: what it said, when it was last heard, that it still holds. */
export type DeviceWaiting = {
  code: string
  label: string
  place_codes: string[]
  last_heard_at: Instant | null
  waiting_mutations: number
  waiting_photos: number
  waiting_bytes: number
  revoked: boolean
}
export type WaitingAnswer = { devices: DeviceWaiting[]; mutations: number; photos: number; bytes: number; more: boolean }

export const holdsSomething = (device: DeviceWaiting) => device.waiting_mutations + device.waiting_photos > 0

/** Return the devices that lie in a place (a community or a grid), those that hold most first. */
export function devicesIn(devices: readonly DeviceWaiting[], place_code: string): DeviceWaiting[] {
  return devices.filter((device) => device.place_codes.some((code) => code.startsWith(place_code)))
}

/** Return what these devices hold together. */
export function heldBy(devices: readonly DeviceWaiting[]): { devices: number; mutations: number; photos: number; bytes: number; unheard: number } {
  const holding = devices.filter(holdsSomething)
  const sum = (count: (device: DeviceWaiting) => number) => holding.reduce((total, device) => total + count(device), 0)
  return {
    devices: holding.length,
    mutations: sum((device) => device.waiting_mutations),
    photos: sum((device) => device.waiting_photos),
    bytes: sum((device) => device.waiting_bytes),
    unheard: devices.filter((device) => device.last_heard_at === null).length,
  }
}

const KEY = 'devices_waiting'
type Remembered = { answer: WaitingAnswer; asked_at: Instant }

/** Follow the answer; `asked_at` says of when it is, and `failure` why there is no newer one. */
export function useWaitingDevices(allowed: () => boolean) {
  const asked = useAnswer<WaitingAnswer>(() => (allowed() ? '/api/devices/waiting' : null))
  const value = shallowRef<WaitingAnswer>()
  const asked_at = ref<Instant | null>(null)
  watch([asked.value, asked.asked_at], ([answer, at]) => {
    if (!answer || !at) return
    value.value = answer
    asked_at.value = at
    void here.database?.remember(KEY, { answer, asked_at: at } satisfies Remembered).catch(() => undefined)
  })
  void here.database?.recall<Remembered>(KEY).then((last) => {
    if (!last || value.value || !allowed()) return
    value.value = last.answer
    asked_at.value = last.asked_at
  })
  return { value, asked_at, failure: asked.failure, again: asked.again }
}
