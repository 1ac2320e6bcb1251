import { expect, test } from 'vitest'
import { visits } from '@/core/rulebook.json'
import { contentOf, isOwn, stepLabel, subjectOf } from './content'

test('a visit is told by its outcome, its note and counts, never by ids or positions', () => {
  const said = contentOf({
    visit_id: 'v',
    place_id: 'p',
    outcome: 'no_answer',
    note: '晚上再来',
    answers: {},
    photos: [{ sha256: 'a', role: 'place' }],
    fix: { lon: 109.4, lat: 24.3 },
  })
  expect(said).toEqual([
    { word: 'outcome', value: visits.labels.no_answer },
    { word: 'note', value: '晚上再来' },
    { word: 'photos', value: 1 },
  ])
})

test('a hazard is told by what was seen, and an unknown label by its own code', () => {
  expect(contentOf({ what: ['安全出口上锁', '堆放杂物'], grade: 'never-heard-of', description: ' ' })).toEqual([
    { word: 'grade', value: 'never-heard-of' },
    { word: 'what', value: '安全出口上锁、堆放杂物' },
  ])
})

test('what a record is about is its place, or else its hazard', () => {
  expect(subjectOf({ hazard_id: 'h', place_kind: 'premises', place_id: 'p' })).toEqual({ kind: 'premises', id: 'p' })
  expect(subjectOf({ hazard_id: 'h', measures: '' })).toEqual({ kind: 'hazard', id: 'h' })
  expect(subjectOf({ person_id: 'x' })).toBeNull()
})

test('a record is one’s own by the code of the device that numbered it', () => {
  expect(isOwn({ number: 'X7K2-0047' }, ['X7K2'])).toBe(true)
  expect(isOwn({ number: 'X7K2-0047' }, ['X7K', 'Y7K2'])).toBe(false)
})

test('every step of a hazard has its name from the rulebook', () => {
  expect(stepLabel('fix_on_site')).toEqual({ zh: '当场整改', en: 'Fixed on the spot' })
  expect(stepLabel('record_visit')).toBeNull()
})
