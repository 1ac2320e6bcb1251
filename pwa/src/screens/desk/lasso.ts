/** Choose what lies within a line drawn around it. */

export type Ground = { lon: number; lat: number }

/** Is a place inside a closed line? Rays to the east are crossed an odd number of times from within. */
export function isInside(line: readonly Ground[], { lon, lat }: Ground): boolean {
  let inside = false
  line.forEach((one, turn) => {
    const other = line[(turn + line.length - 1) % line.length] as Ground
    const crosses = one.lat > lat !== other.lat > lat
    if (crosses && lon < ((other.lon - one.lon) * (lat - one.lat)) / (other.lat - one.lat) + one.lon) inside = !inside
  })
  return inside
}

/** Return the ids of those inside; a line of fewer than three corners encloses nothing. */
export function enclosed(line: readonly Ground[], things: readonly { id: string; lon: number | null; lat: number | null }[]): string[] {
  if (line.length < 3) return []
  return things.flatMap(({ id, lon, lat }) => (lon !== null && lat !== null && isInside(line, { lon, lat }) ? [id] : []))
}
