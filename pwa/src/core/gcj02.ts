/** Say where GCJ-02 maps draw a position, so that a picture of such a map can be moved under the true ground: a drawing's affair, nothing is stored. */
export type Point = { lon: number; lat: number }

const KRASOVSKY_M = 6_378_245
const ECCENTRICITY_2 = 0.006693421622965943
const CHINA = { west: 72.004, south: 0.8293, east: 137.8347, north: 55.8271 }

export const degrees = (radians: number) => (radians * 180) / Math.PI
export const radians = (angle: number) => (angle * Math.PI) / 180
const wave = (half_turns: number) => Math.sin(half_turns * Math.PI)

/** What both components of the shift add along one axis, in metres. */
function ripples(t: number, slow: number, amplitude: number): number {
  return ((20 * wave(t) + 40 * wave(t / 3) + slow * wave(t / 12) + amplitude * wave(t / 30)) * 2) / 3
}

/** Return the GCJ-02 numbers of a WGS 84 position; the same outside China. As geo/crs.py, and tested with its answers. */
export function toGcj02({ lon, lat }: Point): Point {
  if (lon < CHINA.west || lon > CHINA.east || lat < CHINA.south || lat > CHINA.north) return { lon, lat }
  const [x, y] = [lon - 105, lat - 35]
  const root = Math.sqrt(Math.abs(x))
  const quick = ((20 * wave(6 * x) + 20 * wave(2 * x)) * 2) / 3
  const north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + quick + ripples(y, 160, 320)
  const east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + quick + ripples(x, 150, 300)
  const curve = 1 - ECCENTRICITY_2 * Math.sin(radians(lat)) ** 2
  const meridian_m = (KRASOVSKY_M * (1 - ECCENTRICITY_2)) / curve ** 1.5
  const parallel_m = (KRASOVSKY_M / Math.sqrt(curve)) * Math.cos(radians(lat))
  return { lon: lon + degrees(east_m / parallel_m), lat: lat + degrees(north_m / meridian_m) }
}

export type Cell = { z: number; x: number; y: number }
/** A picture of a GCJ-02 map, and where its left upper corner comes to lie in the true tile, in pixels. */
export type Piece = Cell & { left: number; top: number }

/**
 * Return the GCJ-02 tiles that make up a true tile, at most four, each with its place.
 * One shift holds for a whole tile: within it the datum's own shift changes by less than half a pixel at every zoom.
 */
export function piecesOf({ z, x, y }: Cell, size_px: number): Piece[] {
  const [east, south] = tilesAt(z, toGcj02(positionOf(z, x + 0.5, y + 0.5)))
  const [right, down] = [Math.round((east - x - 0.5) * size_px), Math.round((south - y - 0.5) * size_px)]
  const pieces: Piece[] = []
  const [first_x, first_y] = [Math.floor(right / size_px), Math.floor(down / size_px)]
  for (let row = first_y; row * size_px - down < size_px; row += 1)
    for (let column = first_x; column * size_px - right < size_px; column += 1)
      pieces.push({ z, x: x + column, y: y + row, left: column * size_px - right, top: row * size_px - down })
  return pieces.filter((piece) => piece.x >= 0 && piece.y >= 0 && piece.x < 2 ** z && piece.y < 2 ** z)
}

/** Return where a position lies on the whole map, counted in tiles. */
function tilesAt(z: number, { lon, lat }: Point): [x: number, y: number] {
  const north = Math.asinh(Math.tan(radians(lat)))
  return [((lon + 180) / 360) * 2 ** z, ((1 - north / Math.PI) / 2) * 2 ** z]
}

function positionOf(z: number, x: number, y: number): Point {
  return { lon: (x / 2 ** z) * 360 - 180, lat: degrees(Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z)))) }
}
