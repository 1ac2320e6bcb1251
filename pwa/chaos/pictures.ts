/** Make photos of any size that a picture decoder accepts: a small JPEG with comments in it that no other photo has. */
import { createHash } from 'node:crypto'
import type { NewPhoto } from '../src/core/types'
import type { Chance } from './chance'

/** What one comment of a JPEG may carry. */
const COMMENT_MOST = 65_533
const HEAD_BYTES = 2

/** Return a photo of exactly `size_bytes`; `base` is a small JPEG. */
export function aPhoto(chance: Chance, base: Buffer, size_bytes: number, taken_at: string): NewPhoto {
  const content = padded(chance, base, size_bytes)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const bytes = content.buffer.slice(content.byteOffset, content.byteOffset + content.length) as ArrayBuffer
  return { sha256, size_bytes: content.length, mime: 'image/jpeg', taken_at, fix: null, bytes, thumb: new ArrayBuffer(64) }
}

function padded(chance: Chance, base: Buffer, size_bytes: number): Buffer {
  const pieces = [base.subarray(0, HEAD_BYTES)]
  for (let left = Math.max(64, size_bytes - base.length); left > 0; ) {
    const length = Math.min(COMMENT_MOST, Math.max(24, left - 4))
    const comment = Buffer.alloc(length + 4, chance.between(1, 250))
    comment.writeUInt16BE(0xfffe, 0)
    comment.writeUInt16BE(length + 2, 2)
    comment.set(chance.bytes(20), 4)
    // Something that differs from place to place, so that a piece in the wrong place is noticed.
    for (let at = 64; at < comment.length - 4; at += 512) comment.writeUInt32BE(at + left, at)
    pieces.push(comment)
    left -= comment.length
  }
  return Buffer.concat([...pieces, base.subarray(HEAD_BYTES)])
}
