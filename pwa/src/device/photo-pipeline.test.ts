import { expect, test } from 'vitest'
import { fitted, isUniform, keepsShape, sha256 } from './photo-pipeline'

test.each([
  [4032, 3024, 1600, 1200],
  [3024, 4032, 1200, 1600],
  [800, 600, 800, 600],
  [20000, 3, 1600, 1],
])('a picture of %i × %i is kept at %i × %i', (width, height, keptWidth, keptHeight) => {
  expect(fitted(width, height, 1600)).toEqual({ width: keptWidth, height: keptHeight })
})

test('a reduced picture that an engine squeezed is noticed', () => {
  const landscape = { exif: null, width: 8000, height: 6000 }
  expect(keepsShape({ width: 3200, height: 2400 }, landscape)).toBe(true)
  expect(keepsShape({ width: 3200, height: 4267 }, landscape)).toBe(false)
})

test('one colour everywhere is blank; one other pixel is not', () => {
  expect(isUniform([7, 7, 7])).toBe(true)
  expect(isUniform([7, 7, 8])).toBe(false)
})

test('a photo is named by its SHA-256 (FIPS 180-2, appendix B.1)', async () => {
  const abc = new TextEncoder().encode('abc').buffer
  expect(await sha256(abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
