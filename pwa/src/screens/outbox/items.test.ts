import { expect, test } from 'vitest'
import type { Mutation, MutationName, Photo } from '@/core/types'
import { itemsOf, loosePhotos, textsOf, withTexts } from './items'

let made = 0
function mutation(name: MutationName, state: Mutation['state'], args: object = {}, photo_hashes: string[] = []): Mutation {
  made += 1
  const fixed = { device_code: 'X7K2', at: '2026-11-23T02:00:00Z', shows: 1, problem: null, parked: false, revision: null, tries: 0, answered_at: null, settled_at: null }
  return { ...fixed, id: `m${made}`, number: made, name, state, args, photo_hashes } as unknown as Mutation
}
const photo = (sha256: string, state: Photo['state'], sent_bytes = 0) => ({ sha256, state, sent_bytes, size_bytes: 1000 }) as Photo

test('a visit and the hazards found at it are one item', () => {
  const visit = mutation('record_visit', 'waiting', { visit_id: 'v' })
  const hazard = mutation('report_hazard', 'waiting', { visit_id: 'v', hazard_id: 'h' })
  const [item, ...others] = itemsOf([hazard, visit], [])
  expect(others).toEqual([])
  expect(item).toMatchObject({ first: visit, hazards: 1, phase: 'waiting' })
})

test('what needs the person comes first, then what moves, then what waits, then what is being reviewed', () => {
  const held = mutation('note_hazard', 'held')
  const waiting = mutation('note_hazard', 'waiting')
  const sending = mutation('note_hazard', 'sending')
  const refused = mutation('note_hazard', 'refused')
  expect(itemsOf([held, waiting, sending, refused], []).map((item) => item.phase)).toEqual(['needs_you', 'moving', 'waiting', 'held'])
})

test('a refused hazard stands beside its visit, because it asks for an answer of its own', () => {
  const visit = mutation('record_visit', 'applied', { visit_id: 'v' })
  const refused = mutation('report_hazard', 'refused', { visit_id: 'v' })
  expect(itemsOf([visit, refused], []).map((item) => item.first.id)).toEqual([refused.id])
})

test('an accepted record stays until all its photos have arrived, and tells the one that is moving', () => {
  const visit = mutation('record_visit', 'applied', { visit_id: 'v' }, ['a', 'b'])
  const [item] = itemsOf([visit], [photo('a', 'arrived'), photo('b', 'uploading', 524)])
  expect(item).toMatchObject({ phase: 'photos', photos: { arrived: 1, all: 2 }, moving: { sent_bytes: 524, size_bytes: 1000 } })
  expect(itemsOf([visit], [photo('a', 'arrived'), photo('b', 'arrived')])).toEqual([])
})

test('what is accepted, or refused and dealt with, is no longer listed', () => {
  const settled = { ...mutation('note_hazard', 'refused'), settled_at: '2026-11-23T03:00:00Z' }
  expect(itemsOf([mutation('note_hazard', 'applied'), settled], [])).toEqual([])
})

test('only texts can be put right, and only those that the record has', () => {
  const refused = mutation('record_visit', 'refused', { visit_id: 'v', note: '电话 13812345678', outcome: 'entered' })
  expect(textsOf(refused)).toEqual([{ key: 'note', text: '电话 13812345678' }])
  expect(withTexts(refused, { note: '已提醒', outcome: 'vacant', advice: 'x' })).toEqual({ visit_id: 'v', note: '已提醒', outcome: 'entered' })
})

test('photos whose record was refused and set aside are told by themselves, with their bytes', () => {
  const settled = { ...mutation('note_hazard', 'refused', {}, ['a']), settled_at: '2026-11-23T03:00:00Z' }
  const visit = mutation('record_visit', 'applied', { visit_id: 'v' }, ['b', 'c'])
  const photos = [photo('a', 'waiting'), photo('b', 'waiting'), photo('c', 'uploading', 400)]
  const items = itemsOf([settled, visit], photos)
  expect(items.map((item) => item.bytes_left)).toEqual([1600])
  expect(loosePhotos(items, photos).map(({ sha256 }) => sha256)).toEqual(['a'])
})
