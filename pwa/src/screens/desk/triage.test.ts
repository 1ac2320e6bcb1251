import { expect, test } from 'vitest'
import type { Author } from '@/core/replay'
import type { Hazard } from '../hazards/look'
import { deskRows, NO_FILTER } from './filter'
import { byReason, planDispatch, triage } from './triage'

const now = new Date('2026-11-23T03:00:00Z')
const hazard = (id: string, more: Partial<Hazard>) =>
  ({
    ...{
      id,
      number: id,
      stage: 'registered',
      place_code: '450299001002001',
      grid_code: '450299001002001',
      place_kind: 'premises',
      place_id: 'p',
      place_name: '和平KTV',
      track: 'patrol',
    },
    ...{
      grade: 'general',
      category: 'assembly',
      what: ['上锁'],
      description: '',
      advice: '打开',
      proposed_due_days: 3,
      due_on: null,
      reply_due_on: null,
      responsible_unit: null,
      location_note: '',
    },
    ...{
      reported_at: '2026-11-22T02:00:00Z',
      reported_by: 'x',
      photos: [],
      worked_by: [],
      grid_candidates: [],
      escalation_confirmed: null,
      ...more,
    },
  }) as unknown as Hazard
const person = (role: string): Author =>
  ({
    id: 'me',
    name: '戴',
    licence_number: null,
    postings: [{ role, place_code: '450299001', premises_id: null, department: null, from_on: '2020-01-01', to_on: null }],
  }) as Author
const form = { due_on: '' as const, measures: '', delivered: 'in_person' as const }

test('what is overdue comes first, then today and tomorrow, then the rest by day', () => {
  const rows = [
    hazard('later', { due_on: '2026-12-01' }),
    hazard('tomorrow', { due_on: '2026-11-24' }),
    hazard('late', { due_on: '2026-11-20' }),
    hazard('later still', { due_on: null }),
    hazard('latest', { due_on: '2026-11-10' }),
  ]
  expect(triage(rows, now).map(({ name, hazards }) => [name, hazards.map(({ id }) => id)])).toEqual([
    ['overdue', ['latest', 'late']],
    ['due_now', ['tomorrow']],
    ['rest', ['later', 'later still']],
  ])
})

test('a referral is urgent by the day of its reply', () => {
  expect(triage([hazard('a', { stage: 'transferred', due_on: '2026-12-20', reply_due_on: '2026-11-20' })], now)[0]?.name).toBe('overdue')
})

test('a bulk dispatch takes what was proposed, and says of each other why not', () => {
  const rows = [
    hazard('ready', {}),
    hazard('home', { place_kind: 'household', category: 'household' }),
    hazard('another home', { place_kind: 'household', category: 'household' }),
    hazard('major', { grade: 'suspected_major' }),
    hazard('nobody responsible', { place_kind: 'none', place_id: null }),
    hazard('already', { stage: 'dispatched' }),
  ]
  const plan = planDispatch(rows, form, person('dispatcher'), now)
  expect(plan.ready.map(({ hazard: { id }, given }) => [id, given])).toEqual([
    ['ready', { due_on: '2026-11-26', measures: '打开', responsible_unit: '和平KTV', notice: { delivered: 'in_person', signed: 'none' } }],
  ])
  expect(byReason(plan.left_out).map(({ problem, hazards }) => [problem.type.slice(10), hazards.map(({ id }) => id)])).toEqual([
    ['no-orders-for-homes', ['home', 'another home']],
    ['not-officer', ['major']],
    ['evidence-missing', ['nobody responsible']],
    ['wrong-stage', ['already']],
  ])
})

test('one day for all replaces the proposed ones, and a day in the past leaves all out', () => {
  expect(planDispatch([hazard('a', {})], { ...form, due_on: '2026-12-05' }, person('dispatcher'), now).ready[0]?.given.due_on).toBe(
    '2026-12-05',
  )
  expect(planDispatch([hazard('a', {})], { ...form, due_on: '2026-11-01' }, person('dispatcher'), now).left_out[0]?.problem.type).toBe(
    '/problems/deadline-wrong',
  )
})

test('a supervisor can dispatch nothing', () => {
  expect(planDispatch([hazard('a', {})], form, person('supervisor'), now).ready).toEqual([])
})

test('the list keeps to a grid, and to what one can bring on', () => {
  const rows = [hazard('here', {}), hazard('there', { place_code: '450299001003001' }), hazard('done', { stage: 'closed' })]
  expect(deskRows(rows, { ...NO_FILTER, place_code: '450299001002001' }, null, now).map(({ id }) => id)).toEqual(['here'])
  expect(deskRows(rows, { ...NO_FILTER, to_do: true }, person('supervisor'), now)).toEqual([])
  expect(
    deskRows(rows, { ...NO_FILTER, to_do: true }, person('dispatcher'), now)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['here', 'there'])
})
