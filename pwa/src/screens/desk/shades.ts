/** Shade grids by a chosen figure: how many hazards are open in them, or which part of those is overdue. */
import { isOverdue } from '@/core/lifecycle'
import type { Hazard } from '../hazards/look'
import type { Summary } from './figures'

export type Figure = 'open' | 'overdue'
export type GridFigure = { open: number; overdue: number }
/** From which value on each of three shades holds: hazards, or per cent of the open ones. */
export type Steps = [light: number, middle: number, dark: number]

const OVERDUE_PERCENT: Steps = [1, 20, 50]

/** Return the figures of each grid that has any, counted from hazards. */
export function countedByGrid(open: readonly Hazard[], now: Date): Record<string, GridFigure> {
  const at = now.toISOString()
  const found: Record<string, GridFigure> = {}
  for (const hazard of open) {
    if (!hazard.grid_code) continue
    const { open: before, overdue } = found[hazard.grid_code] ?? { open: 0, overdue: 0 }
    found[hazard.grid_code] = { open: before + 1, overdue: overdue + (isOverdue(hazard, at) ? 1 : 0) }
  }
  return found
}

/** Return the same as the server counted it, where there are more hazards than a desk holds. */
export const toldByGrid = (summary: Summary): Record<string, GridFigure> =>
  Object.fromEntries(summary.grids.filter(({ open }) => open > 0).map(({ code, open, overdue }) => [code, { open, overdue }]))

/** Return where the shades begin: at 1, 2 and 3 while grids hold few, else at thirds of the fullest one. */
export function stepsOf(figure: Figure, figures: Record<string, GridFigure>): Steps {
  if (figure === 'overdue') return OVERDUE_PERCENT
  const most = Math.max(3, ...Object.values(figures).map(({ open }) => open))
  return most <= 3 ? [1, 2, 3] : [1, Math.ceil(most / 3), Math.ceil((most * 2) / 3)]
}

/** Return each grid's shade, 1 to 3; one without a shade is left out. */
export function shadesBy(figure: Figure, figures: Record<string, GridFigure>): Record<string, number> {
  const steps = stepsOf(figure, figures)
  const value = ({ open, overdue }: GridFigure) => (figure === 'open' ? open : (overdue * 100) / open)
  const shade = (grid: GridFigure) => steps.filter((from) => value(grid) >= from).length
  return Object.fromEntries(Object.entries(figures).flatMap(([code, grid]) => (shade(grid) > 0 ? [[code, shade(grid)]] : [])))
}

/** Return the sum over all grids: what the legend stands for. */
export function totalOf(figures: Record<string, GridFigure>): GridFigure {
  const all = Object.values(figures)
  return { open: all.reduce((sum, grid) => sum + grid.open, 0), overdue: all.reduce((sum, grid) => sum + grid.overdue, 0) }
}
