/** Tell pictures apart as the server does: 64 bits of difference hash, word for word media/fingerprint.py; tests/vectors/perceptual.json binds the two. */

const ACROSS = 9
const DOWN = 8
/** Pillow rounds its weights to so many bits, and every pixel between its two passes: so do we. */
const PRECISION = 2 ** 22

/** Return the hash of a picture as 16 hexadecimal digits; `pixels` are red, green, blue and alpha of each, row by row. */
export function perceptualHash(pixels: Uint8ClampedArray, width: number, height: number): string {
  const grey = new Uint8Array(width * height)
  for (let at = 0; at < grey.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = [pixels[at * 4], pixels[at * 4 + 1], pixels[at * 4 + 2]]
    grey[at] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >>> 16
  }
  return perceptualHashOfGrey(grey, width, height)
}

export function perceptualHashOfGrey(grey: Uint8Array, width: number, height: number): string {
  const narrow = new Uint8Array(ACROSS * height)
  for (let row = 0; row < height; row += 1) shrink(grey, row * width, 1, width, narrow, row * ACROSS, 1, ACROSS)
  const small = new Uint8Array(ACROSS * DOWN)
  for (let column = 0; column < ACROSS; column += 1) shrink(narrow, column, ACROSS, height, small, column, ACROSS, DOWN)
  let bits = ''
  for (let row = 0; row < DOWN; row += 1)
    for (let column = 0; column < ACROSS - 1; column += 1) {
      const at = row * ACROSS + column
      bits += (small[at] ?? 0) < (small[at + 1] ?? 0) ? '1' : '0'
    }
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0')
}

/** Box filter along one line, as Pillow has it: every source pixel whose middle lies inside counts the same. */
function shrink(from: Uint8Array, first: number, step: number, length: number, to: Uint8Array, start: number, stride: number, count: number): void {
  const scale = length / count
  const support = 0.5 * Math.max(scale, 1)
  // Multiplied and not divided by, as Pillow does: at the very edge the two round differently.
  const shrinking = 1 / Math.max(scale, 1)
  for (let index = 0; index < count; index += 1) {
    const middle = (index + 0.5) * scale
    const low = Math.max(0, Math.trunc(middle - support + 0.5))
    const high = Math.min(length, Math.trunc(middle + support + 0.5))
    const inside: number[] = []
    for (let at = low; at < high; at += 1) {
      const away = (at - middle + 0.5) * shrinking
      if (away > -0.5 && away <= 0.5) inside.push(at)
    }
    const weight = Math.floor(PRECISION / inside.length + 0.5)
    const sum = inside.reduce((total, at) => total + (from[first + at * step] ?? 0) * weight, PRECISION / 2)
    to[start + index * stride] = Math.min(255, Math.floor(sum / PRECISION))
  }
}

/** Return in how many of 64 bits two hashes differ. */
export function hamming(one: string, other: string): number {
  return ones(BigInt(`0x${one}`) ^ BigInt(`0x${other}`))
}

/** Does a hash say enough of its picture to compare it? One of a bare wall, or of darkness, does not. */
export function tellsApart(hash: string, plain_bits: number): boolean {
  const count = ones(BigInt(`0x${hash}`))
  return plain_bits <= count && count <= 64 - plain_bits
}

function ones(bits: bigint): number {
  return bits.toString(2).replaceAll('0', '').length
}
