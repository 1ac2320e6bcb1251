import { expect, test } from 'vitest'
import type { HazardRow, Mutation, Photo, PhotoRole } from './types'
import { type Known, type Shot, usedBefore } from './used-before'

const PICTURE = '0f0f3c3c12347788'
const ONE_BIT_OFF = '0f0f3c3c12347789'
const THREE_BITS_OFF = '0f0f3c3c1234778f'
const FOUR_BITS_OFF = '0f0f3c3c1234779f'
const WALL = '0000000000000001'

const photo = (sha256: string, perceptual: string | null) => ({ sha256, perceptual }) as Photo
function hazard(id: string, place_id: string | null, photos: { sha256: string; perceptual?: string | null; role?: PhotoRole; redacts?: string }[]): HazardRow {
  const named = photos.map((one) => ({ role: 'before', arrived: true, ...one }))
  return { id, place_id, place_name: `地点 ${id}`, reported_at: '2026-11-01T02:00:00Z', photos: named } as unknown as HazardRow
}
const mutation = (name: string, args: object) => ({ name, args, at: '2026-11-02T02:00:00Z' }) as unknown as Mutation
const known = (some: Partial<Known>): Known => ({ photos: [], mutations: [], hazards: [], ...some })
const shot = (some: Partial<Shot> = {}): Shot => ({ sha256: 'new', perceptual: PICTURE, role: 'before', place: 'here', befores: [], ...some })

test('the same bytes at another place are told with its name and time, also where no hash was made', () => {
  const there = known({ hazards: [hazard('h', 'there', [{ sha256: 'new' }])] })
  expect(usedBefore(shot({ perceptual: null }), there)).toEqual({ why: 'elsewhere', like: 'new', name: '地点 h', at: '2026-11-01T02:00:00Z' })
})

test('a picture within three bits is like it, within four it is not, and the nearest is told', () => {
  const at = (perceptual: string) => hazard(perceptual, 'there', [{ sha256: perceptual, perceptual }])
  expect(usedBefore(shot(), known({ hazards: [at(FOUR_BITS_OFF)] }))).toBeNull()
  const near = known({ hazards: [at(THREE_BITS_OFF), at(ONE_BIT_OFF)] })
  expect(usedBefore(shot(), near)?.like).toBe(ONE_BIT_OFF)
})

test('the same place, a notice, a painted-over copy and a bare wall tell nothing', () => {
  const elsewhere = (some: object) => known({ hazards: [hazard('h', 'there', [{ sha256: 'old', perceptual: PICTURE, ...some }])] })
  expect(usedBefore(shot({ place: 'there' }), elsewhere({}))).toBeNull()
  expect(usedBefore(shot({ role: 'notice' }), elsewhere({}))).toBeNull()
  expect(usedBefore(shot(), elsewhere({ role: 'notice' }))).toBeNull()
  expect(usedBefore(shot(), elsewhere({ redacts: 'whole' }))).toBeNull()
  expect(usedBefore(shot({ perceptual: WALL }), elsewhere({ perceptual: WALL }))).toBeNull()
  expect(usedBefore(shot(), elsewhere({}))?.why).toBe('elsewhere')
})

test('a hazard without a place is a place of its own', () => {
  const street = known({ hazards: [hazard('h', null, [{ sha256: 'old', perceptual: PICTURE }])] })
  expect(usedBefore(shot({ place: 'h' }), street)).toBeNull()
  expect(usedBefore(shot({ place: 'other' }), street)?.why).toBe('elsewhere')
})

test('a repair that is shown by the picture of before is told: within one bit, not within three', () => {
  const hazards = [hazard('h', 'here', [{ sha256: 'one', perceptual: ONE_BIT_OFF }, { sha256: 'three', perceptual: THREE_BITS_OFF }])]
  const after = (befores: string[], role: PhotoRole = 'after') => usedBefore(shot({ role, befores }), known({ hazards }))
  expect(after(['one'])).toEqual({ why: 'before_and_after', like: 'one', name: null, at: null })
  expect(after(['three'])).toBeNull()
  expect(after(['one'], 'item')).toBeNull()
})

test('what this phone recorded and the server has not shown yet is compared as well', () => {
  const photos = [photo('old', ONE_BIT_OFF)]
  const visit = mutation('record_visit', { place_id: 'there', photos: [{ sha256: 'old', role: 'place' }] })
  expect(usedBefore(shot(), known({ photos, mutations: [visit] }))).toMatchObject({ why: 'elsewhere', like: 'old' })
  const report = mutation('report_hazard', { hazard_id: 'h', place_id: 'here', photos: [] })
  const repair = mutation('submit_rectification', { hazard_id: 'h', photos: [{ sha256: 'old', role: 'after' }] })
  expect(usedBefore(shot(), known({ photos, mutations: [report, repair] }))).toBeNull()
  expect(usedBefore(shot({ place: 'elsewhere' }), known({ photos, mutations: [report, repair] }))?.like).toBe('old')
})
