import { expect, test } from 'vitest'
import { orientationOf, readJpeg, upright, withExif } from './exif'

/** An EXIF segment with Make (0x010f) and Orientation, in either byte order, as TIFF 6.0 §2 lays it out. */
function exifSegment(orientation: number, little: boolean): Uint8Array {
  const bytes = new Uint8Array(10 + 8 + 2 + 24 + 4)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 0xffe1)
  view.setUint16(2, bytes.length - 2)
  bytes.set([0x45, 0x78, 0x69, 0x66, 0, 0], 4)
  const tiff = new DataView(bytes.buffer, 10)
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d)
  tiff.setUint16(2, 42, little)
  tiff.setUint32(4, 8, little)
  tiff.setUint16(8, 2, little)
  const entries = [
    [0x010f, 2, 4, 0x41424300],
    [0x0112, 3, 1, 0],
  ] as const
  entries.forEach(([tag, type, count, value], index) => {
    const at = 10 + index * 12
    tiff.setUint16(at, tag, little)
    tiff.setUint16(at + 2, type, little)
    tiff.setUint32(at + 4, count, little)
    tiff.setUint32(at + 8, value, little)
  })
  tiff.setUint16(10 + 12 + 8, orientation, little)
  return bytes
}

/** A JPEG of headers only: SOI, APP0, SOF0 with the size, SOS. */
function jpeg(width: number, height: number): Uint8Array {
  const frame = [0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, ...frame, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0])
}

test.each([true, false])('a JPEG gives back its EXIF record and its size (little-endian %s)', (little) => {
  const record = readJpeg(withExif(jpeg(4032, 3024), exifSegment(6, little)))
  expect(record).toMatchObject({ width: 4032, height: 3024 })
  expect(orientationOf(record.exif)).toBe(6)
})

test.each([true, false])('the copy stands upright, and nothing else of the record changes (little-endian %s)', (little) => {
  const before = exifSegment(8, little)
  const after = upright(before)
  expect(orientationOf(after)).toBe(1)
  expect(orientationOf(before)).toBe(8)
  expect([...after].filter((byte, index) => byte !== before[index])).toHaveLength(1)
})

test('a record survives the round trip byte for byte', () => {
  const segment = exifSegment(1, true)
  expect(readJpeg(withExif(jpeg(10, 10), segment)).exif).toEqual(segment)
})

test('a JPEG without a record stays as it is', () => {
  expect(withExif(jpeg(3, 2), null)).toEqual(jpeg(3, 2))
  expect(readJpeg(jpeg(3, 2))).toEqual({ exif: null, width: 3, height: 2 })
})

test.each([
  ['nothing', []],
  ['a PNG', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 0]],
  ['a cut-off header', [0xff, 0xd8, 0xff, 0xe1, 0xff]],
  ['a segment of length zero', [0xff, 0xd8, 0xff, 0xe1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a segment longer than the file', [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0, 1, 2]],
])('%s gives no record and does not fail', (_name, bytes) => {
  expect(readJpeg(Uint8Array.from(bytes)).exif).toBeNull()
})

test('a record whose directory points outside itself says upright', () => {
  const broken = exifSegment(6, false)
  new DataView(broken.buffer).setUint32(14, 0xfffffff0)
  expect(orientationOf(broken)).toBe(1)
  expect(() => upright(broken)).not.toThrow()
})

test('a record that promises more entries than it has ends quietly', () => {
  const broken = exifSegment(6, true).slice(0, 10 + 8 + 2 + 12)
  new DataView(broken.buffer).setUint16(18, 500, true)
  expect(orientationOf(broken)).toBe(1)
})
