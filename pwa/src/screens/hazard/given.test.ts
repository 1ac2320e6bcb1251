import { expect, test } from 'vitest'
import { rules } from '@/core/hazard-conditions'
import type { Author } from '@/core/replay'
import type { HazardAction } from '@/core/mutations'
import type { HazardRow } from '@/core/types'
import hazardWords from '@/words/hazard'
import { FIELDS } from './fields'
import { emptyForm, givenOf, isNamed, isNeeded, whatIsMissing } from './given'
import { offersFor } from './next-step'

const now = new Date('2026-11-23T03:00:00Z')
const place = '450299001002001'
const hazard = {
  ...{
    id: 'h',
    stage: 'in_rectification',
    place_code: place,
    place_kind: 'premises',
    place_id: 'p',
    track: 'patrol',
    grade: 'general',
    advice: '更换软管',
  },
  ...{
    place_name: '和平KTV',
    due_on: '2026-11-26',
    proposed_due_days: 3,
    reported_at: '2026-11-22T02:00:00Z',
    photos: [],
    worked_by: [],
    events: [],
    version: 2,
  },
} as unknown as HazardRow
const person = (role: string, id = 'me', more = {}): Author =>
  ({
    id,
    name: '果',
    licence_number: null,
    postings: [{ role, place_code: place, premises_id: null, department: null, from_on: '2020-01-01', to_on: null, ...more }],
  }) as Author
const worker = person('grid_worker')

test('every step of the rulebook but the report has its fields, and every field its words', () => {
  const actions = Object.keys(rules.steps).filter((action) => action !== 'report_hazard')
  expect(Object.keys(FIELDS).sort()).toEqual(actions.sort())
  const names = Object.values(FIELDS).flatMap((fields) => fields.map((field) => `field_${field.name}`))
  expect(names.filter((name) => !(name in hazardWords.zh))).toEqual([])
})

test('everything that the rulebook needs can be given in the form', () => {
  for (const [action, fields] of Object.entries(FIELDS)) {
    const names = fields.map((field) => field.name)
    const paths = (rules.steps[action]?.needs ?? []).flatMap((need) => [need.paths])
    for (const ways of paths.filter((each) => !each.some((path) => /witness|recurrence_id/.test(path)))) {
      const given = ways.map((path) => (path.startsWith('given.') ? path.slice(6) : 'photos'))
      expect(
        given.some((name) => names.includes(name)),
        `${action}: ${ways}`,
      ).toBe(true)
    }
  }
})

test('a repair without photo or reason is not ready, and the field that is missing is named', () => {
  const form = { ...emptyForm('submit_rectification', hazard, now), description: '换了新软管' }
  const problem = whatIsMissing(
    'submit_rectification',
    givenOf('submit_rectification', form, hazard, () => 'n'),
    hazard,
    worker,
    now,
  )
  expect(problem?.type).toBe('/problems/evidence-missing')
  expect(isNamed(problem, 'submit_rectification', 'photos')).toBe(true)
  expect(isNamed(problem, 'submit_rectification', 'description')).toBe(false)
})

test('with a photo it is ready, and the record says no more than was given', () => {
  const form = {
    ...emptyForm('submit_rectification', hazard, now),
    description: ' 换了新软管 ',
    photos: [{ sha256: 'a', role: 'after' }],
    no_photo_reason: 'refused',
  }
  const given = givenOf('submit_rectification', form, hazard, () => 'n')
  expect(given).toEqual({ photos: [{ sha256: 'a', role: 'after' }], description: '换了新软管' })
  expect(whatIsMissing('submit_rectification', given, hazard, worker, now)).toBeNull()
})

test('a day past the limit is refused where it stands', () => {
  const submitted = { ...hazard, stage: 'submitted' } as HazardRow
  const given = { reason: '接口仍漏气', new_due_on: '2027-12-01' }
  const problem = whatIsMissing('fail_reinspection', given, submitted, person('grid_leader'), now)
  expect(problem?.type).toBe('/problems/deadline-wrong')
  expect(isNamed(problem, 'fail_reinspection', 'new_due_on')).toBe(true)
})

test('a refused receipt needs its witness only while it is refused', () => {
  const dispatched = { ...hazard, stage: 'dispatched' } as HazardRow
  const needs = (receipt: string) => isNeeded('start_rectification', 'witness', { receipt }, dispatched, worker, now)
  expect([needs('signed'), needs('refused')]).toEqual([false, true])
})

test('a hazard that came back names the new record that its own record makes', () => {
  const form = { result: 'came_back', note: '又漏' }
  expect(givenOf('look_back', form, hazard, () => 'new')).toEqual({ result: 'came_back', note: '又漏', recurrence_id: 'new' })
  expect(givenOf('look_back', { result: 'held', note: '好' }, hazard, () => 'new')).toEqual({ result: 'held', note: '好' })
})

test('the form begins with what the finder advised', () => {
  const registered = { ...hazard, stage: 'registered' } as HazardRow
  expect(emptyForm('dispatch_hazard', registered, now)).toMatchObject({
    responsible_unit: '和平KTV',
    measures: '更换软管',
    due_on: '2026-11-26',
  })
})

test('whoever did the work is told why not, and is offered what is possible', () => {
  const submitted = { ...hazard, stage: 'submitted', worked_by: ['me'] } as unknown as HazardRow
  const offers = offersFor(submitted, person('grid_leader'), now)
  expect(offers.barred).toMatchObject({ action: 'pass_reinspection', whyNot: { type: '/problems/own-work' } })
  expect(offers.main).toBeNull()
  expect(offers.possible.map((offer) => offer.action)).toEqual(['note_hazard'])
  expect(offersFor({ ...submitted, worked_by: ['other'] } as HazardRow, person('grid_leader'), now).main?.action).toBe('pass_reinspection')
})

test('a supervisor is offered nothing and sees every reason', () => {
  const offers = offersFor(hazard, person('supervisor'), now)
  expect([offers.main, offers.barred, offers.possible.length]).toEqual([null, null, 0])
  expect(offers.impossible.map((offer) => offer.action)).toContain('submit_rectification' satisfies HazardAction)
})

test('a suspected major hazard is not dispatched from a patrol: the desk is told so and refers it', () => {
  const suspected = { ...hazard, stage: 'registered', grade: 'suspected_major' } as HazardRow
  const offers = offersFor(suspected, person('dispatcher'), now)
  expect([offers.barred?.action, offers.barred?.whyNot?.type, offers.main?.action]).toEqual([
    'dispatch_hazard',
    '/problems/not-officer',
    'transfer_hazard',
  ])
})

test('a hazard that others are repairing waits for nobody at the dispatcher’s desk', () => {
  expect(offersFor(hazard, person('dispatcher'), now)).toMatchObject({ main: null, barred: null })
})

test('a worker who repaired it is told that somebody else must look, though the step was never theirs', () => {
  const submitted = { ...hazard, stage: 'submitted', worked_by: ['me'] } as unknown as HazardRow
  expect(offersFor(submitted, worker, now).barred?.action).toBe('pass_reinspection')
  expect(offersFor({ ...submitted, worked_by: ['other'] } as HazardRow, worker, now).barred).toBeNull()
})
