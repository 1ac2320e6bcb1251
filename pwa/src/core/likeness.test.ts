import { expect, it } from 'vitest'
import vectors from '../../../tests/vectors/perceptual.json'
import { hamming, perceptualHash, perceptualHashOfGrey, tellsApart } from './likeness'

it.each(vectors.cases)('hashes $name as the server does', ({ width, height, grey, hash }) => {
  const pixels = Uint8Array.from(atob(grey), (letter) => letter.charCodeAt(0))
  expect(perceptualHashOfGrey(pixels, width, height)).toBe(hash)
})

it('reads colours as the server does', () => {
  const rising = Uint8ClampedArray.from({ length: 9 * 8 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (Math.floor(at / 4) % 9) * 28))
  expect(perceptualHash(rising, 9, 8)).toBe('f'.repeat(16))
})

it('counts bits, and knows a bare wall', () => {
  expect(hamming('0000000000000000', 'ffffffffffffffff')).toBe(64)
  expect(hamming('0f0f3c3c12347788', '0f0f3c3c12347789')).toBe(1)
  expect([tellsApart('0000000000000000', 6), tellsApart('ffffffffffffffff', 6), tellsApart('0f0f3c3c12347788', 6)]).toEqual([false, false, true])
})
