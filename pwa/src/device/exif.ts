/** Carry the camera's own EXIF record from the original JPEG into the smaller copy. */

const start_of_image = 0xffd8
const start_of_scan = 0xda
const app1 = 0xe1
const orientation_tag = 0x0112
/** The TIFF block begins after marker (2), length (2) and "Exif\0\0" (6). */
const tiff_offset = 10

export type JpegRecord = { exif: Uint8Array<ArrayBuffer> | null; width: number; height: number }

/** Return the EXIF segment (with its marker) and the stored pixel size; zeros where the bytes are not a JPEG or stop too early. */
export function readJpeg(bytes: Uint8Array): JpegRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: JpegRecord = { exif: null, width: 0, height: 0 }
  for (const { marker, at, end } of segments(view)) {
    if (marker === app1 && !found.exif && isExif(bytes, at)) found.exif = bytes.slice(at, end)
    if (isFrame(marker)) Object.assign(found, { height: view.getUint16(at + 5), width: view.getUint16(at + 7) })
  }
  return found
}

/** Yield each whole segment between the start of the image and its pixels. */
function* segments(view: DataView): Generator<{ marker: number; at: number; end: number }> {
  if (view.byteLength < 4 || view.getUint16(0) !== start_of_image) return
  let at = 2
  while (at + 10 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    const end = at + 2 + view.getUint16(at + 2)
    if (marker === start_of_scan || end < at + 4 || end > view.byteLength) return
    yield { marker, at, end }
    at = end
  }
}

function isExif(bytes: Uint8Array, at: number): boolean {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 10)) === 'Exif\0\0'
}

/** SOF0 to SOF15 hold the size; DHT, JPG and DAC share the range and do not. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** Return a copy of the EXIF segment with Orientation 1, because the pixels of the smaller copy already stand upright. */
export function upright(segment: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = segment.slice()
  const orientation = entryOf(copy, orientation_tag)
  if (orientation) orientation.view.setUint16(orientation.at + 8, 1, orientation.little)
  return copy
}

/** Return the Orientation (1 to 8) that an EXIF segment states, or 1. */
export function orientationOf(segment: Uint8Array | null): number {
  const orientation = segment && entryOf(segment, orientation_tag)
  const value = orientation ? orientation.view.getUint16(orientation.at + 8, orientation.little) : 1
  return value >= 1 && value <= 8 ? value : 1
}

function entryOf(segment: Uint8Array, tag: number): { view: DataView; at: number; little: boolean } | null {
  if (segment.length < tiff_offset + 8) return null
  const view = new DataView(segment.buffer, segment.byteOffset + tiff_offset, segment.byteLength - tiff_offset)
  const little = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, little)
  if (directory + 2 > view.byteLength) return null
  const count = view.getUint16(directory, little)
  for (let index = 0; index < count; index += 1) {
    const at = directory + 2 + index * 12
    if (at + 12 > view.byteLength) return null
    if (view.getUint16(at, little) === tag) return { view, at, little }
  }
  return null
}

/** Return the JPEG with the EXIF segment right behind its start marker, where readers look first. */
export function withExif(jpeg: Uint8Array, segment: Uint8Array | null): Uint8Array<ArrayBuffer> {
  if (!segment) return jpeg.slice()
  const joined = new Uint8Array(jpeg.length + segment.length)
  joined.set(jpeg.subarray(0, 2))
  joined.set(segment, 2)
  joined.set(jpeg.subarray(2), 2 + segment.length)
  return joined
}
