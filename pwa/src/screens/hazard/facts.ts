/** Read out what was given with a step, for the history. */
import { rules } from '@/core/hazard-conditions'
import type { HazardEvent } from '@/core/types'

export type Fact = { name: FactName; value: string; kind: 'text' | 'list' | 'day' | 'label' | 'count' | 'money' | 'yes_no' }
const ORDER = {
  grid_code: 'text',
  joined_to: 'text',
  duplicate_number: 'text',
  joined_numbers: 'list',
  grade: 'label',
  criteria: 'text',
  level: 'label',
  department: 'label',
  receipt_number: 'text',
  responsible_unit: 'text',
  responsible_title: 'text',
  result: 'label',
  verified: 'yes_no',
  granted: 'yes_no',
  receipt: 'label',
  witness: 'text',
  description: 'text',
  measures: 'text',
  reason: 'text',
  note: 'text',
  on_site_statement: 'text',
  interim_measures: 'text',
  due_on: 'day',
  new_due_on: 'day',
  reply_due_on: 'day',
  planned_on: 'day',
  order_number: 'text',
  listing_unit: 'text',
  notice_number: 'text',
  report_cycle_days: 'count',
  cost_fen: 'money',
  no_photo_reason: 'label',
  photos: 'count',
} as const satisfies Record<string, Fact['kind']>
export type FactName = keyof typeof ORDER

/** Return the facts of an event in reading order; what is empty is left out. */
export function factsOf(event: Pick<HazardEvent, 'given'>): Fact[] {
  return (Object.entries(ORDER) as [FactName, Fact['kind']][]).flatMap(([name, kind]) => {
    const value = kind === 'list' ? listed(event.given[name]) : readable(event.given[name])
    return value === '' ? [] : [{ name, kind, value }]
  })
}

function listed(value: unknown): string {
  return Array.isArray(value) ? value.join(' ') : ''
}

function readable(value: unknown): string {
  if (Array.isArray(value)) return value.length ? String(value.length) : ''
  if (value === null || value === undefined || typeof value === 'object') return ''
  return String(value)
}

/** Return the words of a coded value, whichever list of labels knows it. */
export function labelOf(name: string, code: string): { zh: string; en: string } | null {
  return rules.labels[name]?.[code] ?? null
}
