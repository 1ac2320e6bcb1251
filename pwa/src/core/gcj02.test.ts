import { describe, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/gcj02.json'
import { piecesOf, type Point, toGcj02 } from './gcj02'

describe('the shift of GCJ-02', () => {
  it.each(vectors)('is the server’s at $wgs84', ({ wgs84: [lon = 0, lat = 0], gcj02: [east = 0, north = 0] }) => {
    const found = toGcj02({ lon, lat })

    expect(found.lon).toBeCloseTo(east, 10)
    expect(found.lat).toBeCloseTo(north, 10)
  })
})

/** Where a position lies on the whole map, in pixels. */
function pixel(z: number, { lon, lat }: Point): [number, number] {
  const north = Math.asinh(Math.tan((lat * Math.PI) / 180))
  return [((lon + 180) / 360) * 2 ** z * 256, ((1 - north / Math.PI) / 2) * 2 ** z * 256]
}

describe('a true tile', () => {
  it.each([8, 11, 13, 15, 17, 18])('shows at zoom %i what lies there, wherever in it: never a pixel off', (z) => {
    for (const [lon, lat] of [[109.4022, 24.3013], [109.4105, 24.2961], [121.4737, 31.2304]] as const) {
      const [true_x, true_y] = pixel(z, { lon, lat })
      const cell = { z, x: Math.floor(true_x / 256), y: Math.floor(true_y / 256) }
      const [drawn_x, drawn_y] = pixel(z, toGcj02({ lon, lat }))
      const piece = piecesOf(cell, 256).find((one) => one.x === Math.floor(drawn_x / 256) && one.y === Math.floor(drawn_y / 256))

      expect(piece).toBeDefined()
      expect(Math.abs((piece?.left ?? 0) + (drawn_x % 256) - (true_x % 256))).toBeLessThan(1)
      expect(Math.abs((piece?.top ?? 0) + (drawn_y % 256) - (true_y % 256))).toBeLessThan(1)
    }
  })

  it('is made of at most four pictures, which leave no gap', () => {
    const cell = { z: 16, x: 52685, y: 28212 }
    const pieces = piecesOf(cell, 256)
    const covered = new Set<string>()
    for (const { left, top } of pieces)
      for (let x = Math.max(0, left); x < Math.min(256, left + 256); x += 1) for (let y = Math.max(0, top); y < Math.min(256, top + 256); y += 1) covered.add(`${x},${y}`)

    expect(pieces.length).toBeLessThanOrEqual(4)
    expect(covered.size).toBe(256 * 256)
  })

  it('outside China is itself', () => {
    expect(piecesOf({ z: 12, x: 2046, y: 1362 }, 256)).toEqual([{ z: 12, x: 2046, y: 1362, left: 0, top: 0 }])
  })
})
