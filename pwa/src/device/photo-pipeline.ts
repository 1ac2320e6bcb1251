/** Turn a camera's file into the photo that is kept: upright, 1600 px, JPEG, with its EXIF record, its hash and a small preview. */
import { perceptualHash } from '../core/likeness'
import { orientationOf, readJpeg, upright, withExif } from './exif'

export type KeptPhoto = {
  bytes: ArrayBuffer
  /** JPEG of at most 320 px, for lists. */
  thumb: ArrayBuffer
  width: number
  height: number
  /** SHA-256 of `bytes`, 64 hexadecimal digits; the photo's name everywhere. */
  sha256: string
  /** What it looks like: see core/likeness.ts. */
  perceptual: string
}
export type PhotoProblem = 'unreadable' | 'blank' | 'insecure'
export class PhotoError extends Error {
  constructor(readonly problem: PhotoProblem) {
    super(problem)
  }
}

/** A canvas of the worker or of the page; their drawing calls are the same. */
export type Sheet = { width: number; height: number; pen: OffscreenCanvasRenderingContext2D; encode(quality: number): Promise<Blob> }
export type MakeSheet = (width: number, height: number) => Sheet

const longest_px = 1600
const thumb_px = 320
const quality = 0.75
const thumb_quality = 0.6
/** iOS paints canvases and bitmaps above this black; larger files are decoded straight to a smaller size. */
const safe_pixels = 16_777_216
/** The EXIF record stands in the first 64 KB behind the start marker; other records may come before it. */
const head_bytes = 256 * 1024

export async function keepPhoto(file: Blob, makeSheet: MakeSheet): Promise<KeptPhoto> {
  if (!globalThis.crypto?.subtle) throw new PhotoError('insecure')
  const record = readJpeg(new Uint8Array(await file.slice(0, head_bytes).arrayBuffer()))
  const bitmap = await decode(file, record)
  try {
    const full = draw(bitmap, longest_px, makeSheet)
    const small = draw(bitmap, thumb_px, makeSheet)
    const seen = small.pen.getImageData(0, 0, small.width, small.height).data
    if (isUniform(new Uint32Array(seen.buffer)) && file.size > 200_000) throw new PhotoError('blank')
    const pixels = new Uint8Array(await (await full.encode(quality)).arrayBuffer())
    const thumb = await (await small.encode(thumb_quality)).arrayBuffer()
    const bytes = withExif(pixels, record.exif && upright(record.exif)).buffer
    return {
      bytes,
      thumb,
      width: full.width,
      height: full.height,
      sha256: await sha256(bytes),
      perceptual: perceptualHash(seen, small.width, small.height),
    }
  } finally {
    bitmap.close()
  }
}

async function decode(file: Blob, record: { exif: Uint8Array | null; width: number; height: number }): Promise<ImageBitmap> {
  const options = { imageOrientation: 'from-image' } as const
  try {
    if (record.width * record.height > safe_pixels) {
      const reduced = await createImageBitmap(file, { ...options, resizeWidth: longest_px * 2, resizeQuality: 'high' })
      if (keepsShape(reduced, record)) return reduced
      reduced.close()
    }
    return await createImageBitmap(file, options)
  } catch {
    throw new PhotoError('unreadable')
  }
}

/** Whether a reduced bitmap has the shape of the file: some engines reduce before they turn the picture, which squeezes it. */
export function keepsShape(
  bitmap: { width: number; height: number },
  record: { exif: Uint8Array | null; width: number; height: number },
): boolean {
  const turned = orientationOf(record.exif) >= 5
  const wanted = turned ? record.height / record.width : record.width / record.height
  return Math.abs(bitmap.width / bitmap.height / wanted - 1) < 0.02
}

/** Return the size that fits into a square of `longest` pixels; never larger than the picture, never zero. */
export function fitted(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

function draw(bitmap: ImageBitmap, longest: number, makeSheet: MakeSheet): Sheet {
  const { width, height } = fitted(bitmap.width, bitmap.height, longest)
  const sheet = makeSheet(width, height)
  sheet.pen.imageSmoothingQuality = 'high'
  // A transparent picture would turn black as a JPEG.
  sheet.pen.fillStyle = '#fff'
  sheet.pen.fillRect(0, 0, width, height)
  sheet.pen.drawImage(bitmap, 0, 0, width, height)
  return sheet
}

/** Whether every pixel has one colour: what an engine leaves behind that ran out of canvas memory. */
export function isUniform(pixels: ArrayLike<number>): boolean {
  for (let index = 1; index < pixels.length; index += 1) if (pixels[index] !== pixels[0]) return false
  return true
}

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
