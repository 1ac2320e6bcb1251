/** Take a photo: the phone's camera app by default, the built-in one where that app kills the browser. */
import { type KeptPhoto, keepPhoto, type MakeSheet, PhotoError, type PhotoProblem } from './photo-pipeline'
import { whilePhotoWork } from './photo-work'

export { type KeptPhoto, PhotoError, type PhotoProblem } from './photo-pipeline'

type Answer = { id: number; photo?: KeptPhoto; problem?: PhotoProblem }

let worker: Worker | undefined
let lastId = 0

/** Return the photo as it is kept and sent. Rejects with a PhotoError; the worker, then the page itself, try before it does. */
export function processPhoto(file: Blob): Promise<KeptPhoto> {
  return whilePhotoWork(async () => {
    if (typeof OffscreenCanvas === 'undefined') return keepPhoto(file, pageSheet)
    try {
      return await inWorker(file)
    } catch (error) {
      if (error instanceof PhotoError && error.problem === 'insecure') throw error
      // Engines differ in what their workers can decode; the page's own canvas is the slower second chance.
      return keepPhoto(file, pageSheet)
    }
  })
}

function inWorker(file: Blob): Promise<KeptPhoto> {
  worker ??= new Worker(new URL('./photo.worker.ts', import.meta.url), { type: 'module' })
  const busy = worker
  lastId += 1
  const id = lastId
  return new Promise((resolve, reject) => {
    const stop = () => {
      busy.removeEventListener('message', answer)
      busy.removeEventListener('error', fail)
    }
    const answer = ({ data }: MessageEvent<Answer>) => {
      if (data.id !== id) return
      stop()
      if (data.photo) resolve(data.photo)
      else reject(new PhotoError(data.problem ?? 'unreadable'))
    }
    const fail = () => {
      stop()
      worker = undefined
      reject(new PhotoError('unreadable'))
    }
    busy.addEventListener('message', answer)
    busy.addEventListener('error', fail)
    busy.postMessage({ id, file })
  })
}

const pageSheet: MakeSheet = (width, height) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const pen = canvas.getContext('2d') as unknown as OffscreenCanvasRenderingContext2D | null
  if (!pen) throw new PhotoError('unreadable')
  const encode = (quality: number) =>
    new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PhotoError('unreadable'))), 'image/jpeg', quality)
    })
  return { width, height, pen, encode }
}

/** Where the flag lies: it must be on the disk before the camera opens, which localStorage does not promise. */
export type Flags = { remember(key: string, value: unknown): Promise<void>; recall<T>(key: string): Promise<T | undefined> }

const open_key = 'camera_open'
const lost_key = 'camera_lost'

/**
 * Note that the camera app opens now, and await it: a phone short of memory ends the browser meanwhile. Save the draft
 * before. Without storage a lost camera cannot be noticed; taking photos works all the same, so nothing is thrown.
 */
export async function cameraOpens(flags: Flags): Promise<void> {
  await note(flags, open_key, true)
}

/** Note that the page lived until the camera app came back, with or without a photo. */
export async function cameraReturned(flags: Flags): Promise<void> {
  await note(flags, open_key, false)
}

/** Whether the browser once died while the camera app was open, so that the built-in camera is offered. Ask once, at the start. */
export async function cameraWasLost(flags: Flags): Promise<boolean> {
  try {
    const lost = (await flags.recall(open_key)) === true
    if (lost) {
      await flags.remember(lost_key, true)
      await flags.remember(open_key, false)
    }
    return lost || (await flags.recall(lost_key)) === true
  } catch {
    return false
  }
}

async function note(flags: Flags, key: string, value: boolean): Promise<void> {
  try {
    await flags.remember(key, value)
  } catch {
    // See cameraOpens.
  }
}

/** Open the built-in camera's live picture. Rejects with the browser's NotAllowedError when the person refuses. */
export function openLivePicture(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1440 } },
  })
}

export function hasLivePicture(): boolean {
  return Boolean(navigator.mediaDevices?.getUserMedia)
}

/** Return the frame that the video shows now. */
export async function grabFrame(video: HTMLVideoElement): Promise<Blob> {
  if (video.videoWidth === 0) throw new PhotoError('unreadable')
  const sheet = pageSheet(video.videoWidth, video.videoHeight)
  sheet.pen.drawImage(video, 0, 0)
  return sheet.encode(0.92)
}

export function closeLivePicture(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
