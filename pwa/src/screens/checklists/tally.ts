/** Count how sure a checklist is of the law it cites. */
import type { Basis, Checklist } from '@/core/checklist'

export type Certainty = Basis['source']
/** From the surest to the least sure. */
export const CERTAINTIES: readonly Certainty[] = ['looked-up', 'title-looked-up', 'memory']

/** Return how many items have at least one basis, by the surest of each; items without any count as `none`. */
export function tally(body: Pick<Checklist, 'items'>): Record<Certainty | 'none', number> {
  const counts = { 'looked-up': 0, 'title-looked-up': 0, memory: 0, none: 0 }
  for (const { basis } of body.items) counts[surest(basis ?? [])] += 1
  return counts
}

function surest(basis: readonly Basis[]): Certainty | 'none' {
  return CERTAINTIES.find((certainty) => basis.some((one) => one.source === certainty)) ?? 'none'
}

/** Return the newest version of each checklist, by id. */
export function newest<R extends { id: string; version: number }>(rows: readonly R[]): R[] {
  const latest = new Map<string, R>()
  for (const row of rows) if ((latest.get(row.id)?.version ?? 0) < row.version) latest.set(row.id, row)
  return [...latest.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
}
