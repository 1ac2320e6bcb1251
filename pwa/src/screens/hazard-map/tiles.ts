/** Draw hazards from the server's tiles, where there are more of them than a screen should hold. */
import { rules } from '@/core/hazard-conditions'
import type { Day, HazardRow, Stage } from '@/core/types'
import type { Language } from '@/device/preferences'
import type { GridTiles, PointTiles } from '@/parts/map-types'
import { askedOf, type Filter } from '../hazards/choose'
import { letterOf, SHAPES } from '../hazards/look'

/** Return the tiles of what a filter asks for, as it stands or stood `on` a past day; with a later `edition`, each tile is asked for again. */
export function hazardTiles(filter: Filter, language: Language, edition: string, on?: Day): PointTiles {
  return { url: `/api/tiles/hazards/{z}/{x}/{y}.mvt?${askedOf(filter)}${on ? `&on=${on}` : ''}`, edition, mark: markExpression(language) }
}

/** The grids of one's reach, where they are more than a screen should hold. */
export const GRID_TILES: GridTiles = { url: '/api/tiles/grids/{z}/{x}/{y}.mvt', layer: 'grids' }

/** The name of a mark, as `markName` makes it, from what a tile says of a hazard. */
function markExpression(language: Language): unknown {
  const each = (pairs: [string, string][]) => pairs.flat()
  const shapes = each(Object.entries(SHAPES) as [HazardRow['grade'], string][])
  const stages = Object.keys(rules.stages).filter((stage) => stage !== 'draft') as Stage[]
  const letters = each(stages.map((stage) => [stage, letterOf(stage, language)]))
  const ended = stages.filter((stage) => !rules.open_stages.includes(stage))
  const tone = ['case', ['in', ['get', 'stage'], ['literal', ended]], 'done', ['match', ['get', 'due'], 'overdue', 'overdue', 'soon', 'soon', 'calm']]
  return ['concat', 'mark|', ['match', ['get', 'grade'], ...shapes, 'circle'], '|', tone, '|', ['match', ['get', 'stage'], ...letters, '']]
}
