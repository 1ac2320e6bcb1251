/** Say which grids a position could mean: a position is a circle, and a grid a polygon with holes. */
import type { Fix, GridRow } from './types'

type Point = [lon: number, lat: number]
type Ring = Point[]
const METRES_PER_DEGREE = 111_320

function polygons(grid: Pick<GridRow, 'geometry'>): Ring[][] {
  const { type, coordinates } = grid.geometry
  return (type === 'Polygon' ? [coordinates] : coordinates) as Ring[][]
}

/** Is the point inside the ring? Counts the edges to the right of it. */
function isInside([lon, lat]: Point, ring: Ring): boolean {
  let inside = false
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] as Point
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside
  })
  return inside
}

/** Return the metres from the point to the nearest edge of the ring, on a flat sheet around the point. */
function metresToEdge([lon, lat]: Point, ring: Ring): number {
  const wide = METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
  const flat = ring.map(([x, y]): Point => [(x - lon) * wide, (y - lat) * METRES_PER_DEGREE])
  return Math.min(...flat.map((from, index) => metresToLine(from, flat[(index + 1) % flat.length] as Point)))
}

/** Return the distance of the origin from a stretch. */
function metresToLine([ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length))
  return Math.hypot(ax + along * dx, ay + along * dy)
}

/** Does the circle of a fix lie in the grid as a whole? Touching a line counts as crossing it: a neighbour may begin there. */
export function isWhollyIn(fix: Pick<Fix, 'lon' | 'lat' | 'accuracy_m'>, grid: Pick<GridRow, 'code' | 'geometry'>): boolean {
  const middle: Point = [fix.lon, fix.lat]
  const reachesEdge = polygons(grid).some((rings) => rings.some((ring) => metresToEdge(middle, ring) <= fix.accuracy_m))
  return !reachesEdge && gridsTouched({ ...fix, accuracy_m: 0 }, [grid]).length > 0
}

/** Return the grids that the circle of a fix touches, the one that holds its middle first. `fix` in WGS 84 degrees and metres. */
export function gridsTouched<G extends Pick<GridRow, 'code' | 'geometry'>>(fix: Pick<Fix, 'lon' | 'lat' | 'accuracy_m'>, grids: readonly G[]): G[] {
  const middle: Point = [fix.lon, fix.lat]
  const holds = (grid: G) => polygons(grid).some(([outer = [], ...holes]) => isInside(middle, outer) && !holes.some((hole) => isInside(middle, hole)))
  const near = (grid: G) => polygons(grid).some((rings) => rings.some((ring) => metresToEdge(middle, ring) <= fix.accuracy_m))
  const holding = grids.filter(holds)
  return [...holding, ...grids.filter((grid) => !holding.includes(grid) && near(grid))]
}
