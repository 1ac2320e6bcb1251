/** Register the service worker, notice a newer version, and change over only when the person says so. */
import { ref, watch } from 'vue'
import { photosInWork } from './photo-work'

/** True while a newer version of the app waits on the phone for the person's tap. */
export const updateWaiting = ref(false)

const look_again_ms = 60 * 60 * 1000
let registration: ServiceWorkerRegistration | undefined

/** Register the worker and look for a newer version every hour and whenever the page comes to the front. */
export function watchForUpdates(): void {
  if (!('serviceWorker' in navigator)) return
  const controlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker of a fresh page takes it over without a newer version being there.
    if (controlled) reloadWhenIdle()
  })
  navigator.serviceWorker.register('/sw.js').then(follow, () => undefined)
}

function follow(found: ServiceWorkerRegistration): void {
  registration = found
  const look = () => void found.update().catch(() => undefined)
  setInterval(look, look_again_ms)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && look())
  found.addEventListener('updatefound', () => found.installing?.addEventListener('statechange', show))
  show()
}

function show(): void {
  updateWaiting.value = Boolean(registration?.waiting && navigator.serviceWorker.controller)
}

/** Change to the newer version. Returns false, and changes nothing, while a photo is being processed. */
export function takeUpdate(): boolean {
  if (photosInWork.value > 0 || !registration?.waiting) return false
  registration.waiting.postMessage({ type: 'take-over' })
  return true
}

function reloadWhenIdle(): void {
  if (photosInWork.value === 0) {
    location.reload()
    return
  }
  const stop = watch(photosInWork, (count) => {
    if (count > 0) return
    stop()
    location.reload()
  })
}
