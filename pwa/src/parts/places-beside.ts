/** Keep the squares of places in sight where hazards lie on them: those step aside, and touch the mark that covers them. */
import type { ExpressionSpecification, Map as LibraryMap } from 'maplibre-gl'

export type Spot = { id: string; x: number; y: number }

/** How near, in pixels, the middle of a mark must come to cover a square's letter: a mark reaches 20, a letter 6. */
const COVERED_PX = 24
/** Up and to the left: the alarm of what is overdue, and a group's, stands on the right. */
const ASIDE_PX = [-22, -20]
const IN_PLACE_PX = [0, 0]

/** Return the ids of the places that marks cover, in order. */
export function coveredBy(marks: readonly Omit<Spot, 'id'>[], places: readonly Spot[]): string[] {
  const covered = places.filter((place) => marks.some((mark) => Math.hypot(mark.x - place.x, mark.y - place.y) < COVERED_PX))
  return [...new Set(covered.map(({ id }) => id))].sort()
}

/** Return how far each square stands from its place. */
export function offsetOf(covered: readonly string[]): ExpressionSpecification {
  const aside: ExpressionSpecification = ['literal', ASIDE_PX as [number, number]]
  return ['case', ['in', ['get', 'id'], ['literal', [...covered]]], aside, ['literal', IN_PLACE_PX as [number, number]]]
}

/** Let the squares that marks cover step aside whenever the map has come to rest; the others go back. */
export function stepAside(map: LibraryMap): void {
  let known = ''
  // A new style draws every square in its place.
  map.on('style.load', () => { known = '' })
  map.on('idle', () => {
    if (!map.getLayer('places')) return
    const covered = coveredBy(spotsOf(map, ['marks', 'clusters']), spotsOf(map, ['places']))
    if (covered.join() === known) return
    known = covered.join()
    map.setLayoutProperty('places', 'icon-offset', offsetOf(covered))
  })
}

function spotsOf(map: LibraryMap, layers: string[]): Spot[] {
  const drawn = layers.filter((layer) => map.getLayer(layer))
  const found = drawn.length ? map.queryRenderedFeatures(undefined, { layers: drawn }) : []
  return found.flatMap(({ geometry, properties }) => {
    if (geometry.type !== 'Point') return []
    const [lon = 0, lat = 0] = geometry.coordinates
    const { x, y } = map.project([lon, lat])
    return [{ id: String(properties.id), x, y }]
  })
}
