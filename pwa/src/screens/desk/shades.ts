/** Shade grids by a chosen figure: how many hazards are open in them, which part of those is overdue, or which doors nobody entered. */
import { isOverdue } from '@/core/lifecycle'
import type { Hazard } from '../hazards/look'
import { percent, type Rate, type Summary } from './figures'

export type Figure = 'open' | 'overdue' | 'coverage'
/** `doors` are those entered of those that count; left out where that is not known. */
export type GridFigure = { open: number; overdue: number; doors?: Rate }
/** From which value on each of three shades holds: hazards, or per cent. */
export type Steps = [light: number, middle: number, dark: number]

const OVERDUE_PERCENT: Steps = [1, 20, 50]
/** Per cent of the doors that nobody entered: the darker, the more is still to be done, as with the other figures. */
const MISSING_PERCENT: Steps = [11, 31, 51]

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

/** Return the figures with the doors of each grid beside them. */
export function withDoors(figures: Record<string, GridFigure>, doors: Record<string, Rate>): Record<string, GridFigure> {
  const codes = new Set([...Object.keys(figures), ...Object.keys(doors)])
  return Object.fromEntries([...codes].map((code) => [code, { ...(figures[code] ?? { open: 0, overdue: 0 }), doors: doors[code] }]))
}

/** Return where the shades begin: at 1, 2 and 3 while grids hold few, else at thirds of the fullest one. */
export function stepsOf(figure: Figure, figures: Record<string, GridFigure>): Steps {
  if (figure !== 'open') return figure === 'overdue' ? OVERDUE_PERCENT : MISSING_PERCENT
  const most = Math.max(3, ...Object.values(figures).map(({ open }) => open))
  return most <= 3 ? [1, 2, 3] : [1, Math.ceil(most / 3), Math.ceil((most * 2) / 3)]
}

/** Return the rate that a figure stands for in a grid; its whole is 0 where there is nothing to speak of. */
const rateOf = (figure: Figure, { open, overdue, doors }: GridFigure): Rate => (figure === 'coverage' ? (doors ?? { part: 0, whole: 0 }) : { part: figure === 'open' ? open : overdue, whole: open })

function measureOf(figure: Figure, grid: GridFigure): number {
  const { part, whole } = rateOf(figure, grid)
  if (figure === 'open' || whole === 0) return figure === 'open' ? part : 0
  // Rounded down, as everywhere: nine doors in ten are 90% only when they are.
  return figure === 'overdue' ? (part * 100) / whole : 100 - Math.floor((part * 100) / whole)
}

/** Return each grid's shade, 1 to 3; one without a shade is left out. */
export function shadesBy(figure: Figure, figures: Record<string, GridFigure>): Record<string, number> {
  const steps = stepsOf(figure, figures)
  const shade = (grid: GridFigure) => steps.filter((from) => measureOf(figure, grid) >= from).length
  return Object.fromEntries(Object.entries(figures).flatMap(([code, grid]) => (shade(grid) > 0 ? [[code, shade(grid)]] : [])))
}

/** Return the number that stands in a grid beside its name, a rate with its two numbers; empty where there is nothing to count. */
export function numberIn(figure: Figure, grid: GridFigure | undefined): string {
  const rate = grid ? rateOf(figure, grid) : { part: 0, whole: 0 }
  return rate.whole === 0 ? '' : sayNumber(figure, rate)
}

/** Return the number of each area, by the first `digits` of its grids' codes; left out where there is nothing to count. */
export function numbersWithin(figure: Figure, figures: Record<string, GridFigure>, digits: number): Record<string, string> {
  const areas: Record<string, Rate> = {}
  for (const [code, grid] of Object.entries(figures)) {
    const { part, whole } = rateOf(figure, grid)
    const sum = areas[code.slice(0, digits)] ?? { part: 0, whole: 0 }
    areas[code.slice(0, digits)] = { part: sum.part + part, whole: sum.whole + whole }
  }
  return Object.fromEntries(Object.entries(areas).flatMap(([code, rate]) => (rate.whole > 0 ? [[code, sayNumber(figure, rate)]] : [])))
}

const sayNumber = (figure: Figure, { part, whole }: Rate) => (figure === 'open' ? String(part) : `${part}/${whole}`)

/** Return the sum over all grids, and as a rate: what the legend stands for. */
export function totalOf(figure: Figure, figures: Record<string, GridFigure>): Rate & { rate: string } {
  const rates = Object.values(figures).map((grid) => rateOf(figure, grid))
  const sum = { part: rates.reduce((all, { part }) => all + part, 0), whole: rates.reduce((all, { whole }) => all + whole, 0) }
  return { ...sum, rate: percent(sum) }
}
