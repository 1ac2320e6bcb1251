/** Word the report of a hazard in a public place, with photos. */
import { uuidv7 } from '../src/core/numbers'
import type { Id, MutationArgs, NewPhoto } from '../src/core/types'
import type { NewMutation } from '../src/device/database'

export function newId(): Id {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
}

/** Return the record of a hazard in a grid; `number` tells it from others. */
export function publicHazard(grid_code: string, number: number, photos: NewPhoto[]): NewMutation {
  const args: MutationArgs['report_hazard'] = {
    ...{ hazard_id: newId(), place_kind: 'none', grid_code, category: 'public_area', track: 'patrol', what: ['杂物堵塞'] },
    ...{ description: `情况 ${number}`, grade: 'general', advice: '请尽快清理', proposed_due_days: 7 },
    ...{ photos: photos.map(({ sha256 }) => ({ sha256, role: 'before' as const })), fix: null, location_note: `${number} 号楼道` },
  }
  return { id: newId(), name: 'report_hazard', at: new Date().toISOString(), args }
}
