/** Know whether the server can be heard, and say when it is worth trying again. */
import { computed, ref } from 'vue'

const network = ref(navigator.onLine)
const answered = ref(true)

/** Whether the phone has a network and the server answered last time. `navigator.onLine` alone also says yes to a Wi-Fi that leads nowhere. */
export const online = computed(() => network.value && answered.value)

export function serverAnswered(): void {
  answered.value = true
}

export function serverSilent(): void {
  answered.value = false
}

addEventListener('offline', () => {
  network.value = false
})
addEventListener('online', () => {
  network.value = true
  // A new network may reach the server; the next attempt tells.
  answered.value = true
})

/** Call back at every moment when sending may succeed again: network back, page in front, page restored. Returns how to stop. */
export function onWake(wake: () => void): () => void {
  const whenVisible = () => document.visibilityState === 'visible' && wake()
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  document.addEventListener('visibilitychange', whenVisible)
  return () => {
    removeEventListener('online', wake)
    removeEventListener('pageshow', wake)
    document.removeEventListener('visibilitychange', whenVisible)
  }
}
