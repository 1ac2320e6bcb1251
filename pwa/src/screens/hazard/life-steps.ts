/** Lay a hazard's life out as a bar: what is done, where it stands, what is to come; side states take the present step's place. */
import type { Bilingual, HazardEvent, HazardRow, Instant, Stage } from '@/core/types'
import { rules } from '@/core/hazard-conditions'

export type LifeStage = { word: Bilingual; at: Instant | null; state: 'done' | 'now' | 'todo' }

const TOLD: Bilingual = { zh: '已告知', en: 'Advised' }
const SENT_BACK: Bilingual = { zh: '退回', en: 'Sent back' }
const PATH: Stage[] = ['registered', 'dispatched', 'in_rectification', 'submitted', 'closed']
/** Where a stage beside the path stands on it. */
const BESIDE: Partial<Record<Stage, Stage>> = { extension_pending: 'in_rectification', closed_on_site: 'closed' }

/** Return the steps of the bar, five as a rule, two for a hazard fixed on the spot. */
export function lifeSteps(
  hazard: Pick<HazardRow, 'stage' | 'place_kind' | 'returned' | 'reported_at' | 'closed_at' | 'events'>,
): LifeStage[] {
  if (hazard.stage === 'closed_on_site') {
    return [step(word('registered'), hazard.reported_at, 'done'), step(word('closed_on_site'), hazard.closed_at, 'done')]
  }
  const at = PATH.indexOf(standing(hazard))
  return PATH.map((stage, index) => {
    const state = stateOf(index, at, hazard.stage)
    return step(state === 'now' ? nowWord(hazard) : pathWord(stage, hazard), reached(stage, state, hazard), state)
  })
}

function step(word: Bilingual, at: Instant | null, state: LifeStage['state']): LifeStage {
  return { word, at, state }
}

const word = (stage: Stage): Bilingual => rules.stages[stage] ?? { zh: stage, en: stage }

function pathWord(stage: Stage, hazard: Pick<HazardRow, 'place_kind'>): Bilingual {
  return stage === 'dispatched' && hazard.place_kind === 'household' ? TOLD : word(stage)
}

function nowWord(hazard: Pick<HazardRow, 'stage' | 'returned'>): Bilingual {
  return hazard.stage === 'in_rectification' && hazard.returned ? SENT_BACK : word(hazard.stage)
}

function stateOf(index: number, at: number, stage: Stage): LifeStage['state'] {
  if (index < at || stage === 'closed') return 'done'
  return index === at ? 'now' : 'todo'
}

/** A referral or a void stands where the hazard was taken off its path. */
function standing({ stage, events }: Pick<HazardRow, 'stage' | 'events'>): Stage {
  const beside = BESIDE[stage]
  if (beside) return beside
  if (PATH.includes(stage)) return stage
  const from = events.filter((event) => event.to_stage === stage && event.from_stage !== stage).at(-1)?.from_stage ?? 'registered'
  const before = BESIDE[from] ?? from
  if (stage === 'transferred' && before === 'registered') return 'dispatched'
  return PATH.includes(before) ? before : 'dispatched'
}

function reached(
  stage: Stage,
  state: LifeStage['state'],
  hazard: Pick<HazardRow, 'reported_at' | 'closed_at' | 'events' | 'stage'>,
): Instant | null {
  if (state === 'todo') return null
  if (stage === 'registered' && state === 'done') return hazard.reported_at
  const arrived = arrival(state === 'now' ? hazard.stage : stage, hazard.events)
  // Homes are never dispatched: they are in rectification from the day they were advised.
  return arrived ?? (stage === 'dispatched' ? arrival('in_rectification', hazard.events) : stage === 'closed' ? hazard.closed_at : null)
}

function arrival(stage: Stage, events: HazardEvent[]): Instant | null {
  return events.filter((event) => event.to_stage === stage && event.from_stage !== stage).at(-1)?.at ?? null
}
