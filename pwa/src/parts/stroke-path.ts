/** Turn finger strokes into a compact SVG path: fewer points, whole numbers, steps instead of places. */

export type Spot = readonly [x: number, y: number]

/** What a record may carry. */
export const most_bytes = 20 * 1024
/** How far, in the pad's units, a dropped point may lie beside the line that replaces it. */
const first_tolerance = 0.8

/** Return the path of all strokes, at most 20 KB long; a longer signature is drawn more coarsely until it fits. */
export function strokePath(strokes: readonly (readonly Spot[])[]): string {
  let kept: readonly (readonly Spot[])[] = strokes
  for (let tolerance = first_tolerance; ; tolerance *= 1.8) {
    const reach = tolerance
    kept = kept.map((stroke) => thinned(stroke, reach))
    const path = kept.map(steps).join('')
    if (path.length <= most_bytes) return path
  }
}

function steps(stroke: readonly Spot[]): string {
  const [first, ...rest] = stroke.map(([x, y]) => [Math.round(x), Math.round(y)] as const)
  if (!first) return ''
  let [x, y] = first
  const parts = rest.map(([nextX, nextY]) => {
    const step = `${nextX - x},${nextY - y}`
    ;[x, y] = [nextX, nextY]
    return step
  })
  // A dot is a stroke of no length; a round line cap makes it visible.
  return `M${first[0]},${first[1]}l${parts.length ? parts.join(' ') : '0,0'}`
}

/** Keep the ends and every point that lies farther than the tolerance from the line (Douglas and Peucker 1973), without recursion. */
export function thinned(stroke: readonly Spot[], tolerance: number): Spot[] {
  const keep = new Set([0, stroke.length - 1])
  const open: [number, number][] = [[0, stroke.length - 1]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span
    const far = farthest(stroke, from, to)
    if (far.distance <= tolerance) continue
    keep.add(far.index)
    open.push([from, far.index], [far.index, to])
  }
  return stroke.filter((_spot, index) => keep.has(index))
}

function farthest(stroke: readonly Spot[], from: number, to: number): { index: number; distance: number } {
  const best = { index: from, distance: 0 }
  for (let index = from + 1; index < to; index += 1) {
    const distance = distanceToLine(stroke[index] as Spot, stroke[from] as Spot, stroke[to] as Spot)
    if (distance > best.distance) Object.assign(best, { index, distance })
  }
  return best
}

function distanceToLine([x, y]: Spot, [ax, ay]: Spot, [bx, by]: Spot): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** Whether the strokes are more than an accidental touch: together longer than a short line. */
export function isWritten(strokes: readonly (readonly Spot[])[]): boolean {
  let length = 0
  for (const stroke of strokes) {
    for (let index = 1; index < stroke.length; index += 1) {
      const [[ax, ay], [bx, by]] = [stroke[index - 1] as Spot, stroke[index] as Spot]
      length += Math.hypot(bx - ax, by - ay)
    }
  }
  return length > 40
}
