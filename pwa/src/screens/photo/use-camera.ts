/** Lead from a tap to the camera: everything is on the phone before the camera app can take the browser's memory. */
import { ref } from 'vue'
import { cameraOpens, cameraReturned, cameraWasLost } from '@/device/camera'
import { seekPosition } from '@/device/position'
import { door } from '@/sync/here'

/** A phone whose disk does not answer for so long still gets its camera. */
const PATIENCE_MS = 3000

/** Asked once per page: the answer is about the page that was here before. */
let asked: Promise<boolean> | undefined

/** `built_in` says that the built-in camera is offered; `prepare` must have ended before a camera opens. */
export function useCamera(settled: () => Promise<void>) {
  const built_in = ref(false)
  asked ??= cameraWasLost(door.accounts)
  void asked.then((lost) => {
    built_in.value = lost
  })

  async function prepare(): Promise<void> {
    seekPosition()
    const kept = Promise.all([settled(), cameraOpens(door.accounts)])
    await Promise.race([kept, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  }
  function returned(): void {
    void cameraReturned(door.accounts)
  }
  return { built_in, prepare, returned }
}
