/** Register the service worker, notice a newer version, and change over only when the person says so. */
import { ref, watch } from 'vue'
import { openForms } from './open-forms'
import { photosInWork } from './photo-work'

/** True while a newer version of the app waits on the phone for the person's tap. */
export const updateWaiting = ref(false)

const look_again_ms = 60 * 60 * 1000
/** Woken in the moment in which it is to make way, a worker of Chromium does so after five minutes, or when its page reloads. */
const make_way_ms = 4000
let registration: ServiceWorkerRegistration | undefined
/** The person wants the newer version, and it is still on its way to the phone. */
let wanted = false

/** Register the worker and look for a newer version every hour and whenever the page comes to the front. */
export function watchForUpdates(): void {
  if (!('serviceWorker' in navigator)) return
  const { controller } = navigator.serviceWorker
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // The first worker of a fresh page takes it over without a newer version being there.
    if (controller) reloadWhenIdle()
  })
  if (controller) askWhetherCurrent(controller)
  navigator.serviceWorker.register('/sw.js').then(follow, () => undefined)
}

/** A newer worker may have taken over while this page was on its way from the former one: no event tells of that. */
function askWhetherCurrent(worker: ServiceWorker): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => data || reloadWhenIdle()
  worker.postMessage({ type: 'keeps', url: import.meta.url }, [port2])
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
  if (wanted && registration?.waiting) takeUpdate(true)
}

/**
 * Change to the newer version; one that is not on the phone yet is fetched and then taken. Returns what is in the way,
 * and changes nothing: a photo that is being processed, or an open form of a person who was not `asked` about it.
 */
export function takeUpdate(asked = false): 'photo' | 'form' | null {
  if (photosInWork.value > 0) return 'photo'
  if (openForms.value > 0 && !asked) return 'form'
  wanted = !registration?.waiting
  if (wanted) void registration?.update().catch(() => undefined)
  const next = registration?.waiting
  if (next) {
    next.postMessage({ type: 'take-over' })
    setTimeout(() => next.state === 'installed' && reloadWhenIdle(), make_way_ms)
  }
  return null
}

/** Another tab, or this one, has changed over: this page follows as soon as nothing is in its hands. */
function reloadWhenIdle(): void {
  const inHand = () => photosInWork.value + openForms.value
  if (inHand() === 0) {
    location.reload()
    return
  }
  const stop = watch(inHand, (count) => {
    if (count > 0) return
    stop()
    location.reload()
  })
}
