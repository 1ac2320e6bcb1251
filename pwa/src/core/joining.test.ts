import { expect, test } from 'vitest'
import written from '../../../tests/vectors/twins.json'
import { JOIN_DUPLICATE, type Joining, joinedTo, proposedKept, whyNotJoined } from './joining'

type Written = Omit<Joining, 'events' | 'place_code' | 'location_note'> & { tenant: string; held: string | null }
const row = ({ tenant, held, ...twin }: Written): Joining => ({
  ...twin,
  place_code: `${tenant}001001`,
  location_note: '',
  events: held ? [{ action: JOIN_DUPLICATE, given: { duplicate_id: 'gone', duplicate_number: held } }] : [],
})
const cases = written as unknown as { name: string; one: Written; kept: Written; refused: { code: string; zh: string; en: string } | null }[]

test.each(cases.map((each) => [each.name, each] as const))('%s', (_, { one, kept, refused }) => {
  const why = whyNotJoined(row(one), row(kept))
  expect(why && { code: why.code, zh: why.detail_zh, en: why.detail_en }).toEqual(refused)
})

test('what was joined is read from the history of the one that stays', () => {
  const events = [
    { action: 'report_hazard', given: {} },
    { action: JOIN_DUPLICATE, given: { duplicate_id: 'a', duplicate_number: 'K001-0001' } },
    { action: JOIN_DUPLICATE, given: { duplicate_id: 'b', duplicate_number: 'K002-0002' } },
  ]
  expect(joinedTo({ events })).toEqual([{ id: 'a', number: 'K001-0001' }, { id: 'b', number: 'K002-0002' }])
})

test('the one further on is proposed to stay, else the one that was reported first', () => {
  const early = { stage: 'registered', reported_at: '2026-03-01T01:00:00Z' } as const
  const late = { stage: 'registered', reported_at: '2026-03-02T01:00:00Z' } as const
  const worked = { stage: 'dispatched', reported_at: '2026-03-03T01:00:00Z' } as const
  expect([proposedKept([late, early]), proposedKept([early, late])]).toEqual([early, early])
  expect([proposedKept([late, worked]), proposedKept([worked, early])]).toEqual([worked, worked])
  expect(proposedKept([])).toBeNull()
})
