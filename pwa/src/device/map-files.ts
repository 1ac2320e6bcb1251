/** Have the map's files kept on the phone before the map is first opened, so that it opens in a basement too. */
import { updateWaiting } from './app-update'

type Line = { saveData?: boolean; effectiveType?: string }

/** Ask the worker for them, unless the person saves data or the line is slow; they weigh as much as one photo. Returns whether it was asked. */
export function keepMap(line: Line = (navigator as { connection?: Line }).connection ?? {}): boolean {
  const worker = navigator.serviceWorker?.controller
  // The files of an app that a newer one is about to follow are of no use. And a worker that is woken in the moment in
  // which it is to make way does so only after five minutes (seen with Chromium 156).
  if (!worker || updateWaiting.value || line.saveData || /2g$/.test(line.effectiveType ?? '')) return false
  worker.postMessage({ type: 'keep-map' })
  return true
}
