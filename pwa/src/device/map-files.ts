/** Have the map's files kept on the phone before the map is first opened, so that it opens in a basement too. */

type Line = { saveData?: boolean; effectiveType?: string }

/** Ask the worker for them, unless the person saves data or the line is slow; they weigh as much as one photo. Returns whether it was asked. */
export function keepMap(line: Line = (navigator as { connection?: Line }).connection ?? {}): boolean {
  const worker = navigator.serviceWorker?.controller
  if (!worker || line.saveData || /2g$/.test(line.effectiveType ?? '')) return false
  worker.postMessage({ type: 'keep-map' })
  return true
}
