/** Word refusals as the server does; apart from the rules, because the first screen decides without words. */
import { type Refusal, rules } from './hazard-conditions'
import { type Action, type Doer, type Given, type HazardFacts, refusalOf } from './lifecycle'
import { problems } from './rulebook.json'
import type { Bilingual, Instant, Problem } from './types'

const catalogue: Record<string, { status: number; title: Bilingual; detail: Bilingual }> = problems

/** Return a refusal in the server's own form and words. */
export function problem(code: string, facts: Record<string, unknown> = {}): Problem {
  const words = catalogue[code]
  if (words === undefined) throw new Error(`no such problem: ${code}`)
  const fill = (sentence: string) => sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '—'))
  return {
    ...facts,
    type: `/problems/${code}`,
    code,
    status: words.status,
    title: words.title.en,
    detail: fill(words.detail.en),
    title_zh: words.title.zh,
    title_en: words.title.en,
    detail_zh: fill(words.detail.zh),
    detail_en: fill(words.detail.en),
  }
}

const worded = (refusal: Refusal | null): Problem | null => refusal && problem(refusal.code, refusal.facts)

/** May this person take this step now? Null when so, else the refusal that button, message and answer share. */
export function whyNot(hazard: HazardFacts, action: Action, person: Doer, given: Given | null, now: Instant): Problem | null {
  const refusal = refusalOf(hazard, action, person, given, now)
  // Whoever may not even add a note is not advised to.
  const readsOnly = refusal?.code === 'not-your-step' && refusalOf(hazard, 'note_hazard', person, null, now)?.code === 'not-your-step'
  return worded(readsOnly ? { ...refusal, code: 'only-to-read' } : refusal)
}

/** Return every step of the hazard's stage in the table's order, each with why this person may not take it. */
export function actionsFor(hazard: HazardFacts, person: Doer, now: Instant): { action: Action; whyNot: Problem | null }[] {
  const here = Object.entries(rules.steps).filter(([, step]) => hazard.stage !== 'draft' && step.stages.includes(hazard.stage))
  return here.map(([action]) => ({ action: action as Action, whyNot: whyNot(hazard, action as Action, person, null, now) }))
}
