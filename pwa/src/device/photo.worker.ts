/** Shrink photos off the main thread, so that the form never stutters while one is worked on. */
/// <reference lib="webworker" />
import { keepPhoto, type MakeSheet, PhotoError } from './photo-pipeline'

declare const self: DedicatedWorkerGlobalScope

const workerSheet: MakeSheet = (width, height) => {
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new PhotoError('unreadable')
  return { width, height, pen, encode: (quality) => canvas.convertToBlob({ type: 'image/jpeg', quality }) }
}

self.addEventListener('message', async (event: MessageEvent<{ id: number; file: Blob }>) => {
  const { id, file } = event.data
  try {
    const photo = await keepPhoto(file, workerSheet)
    self.postMessage({ id, photo }, [photo.bytes, photo.thumb])
  } catch (error) {
    self.postMessage({ id, problem: error instanceof PhotoError ? error.problem : 'unreadable' })
  }
})
