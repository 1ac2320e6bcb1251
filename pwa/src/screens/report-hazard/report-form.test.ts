import { expect, test } from 'vitest'
import { accuracyWord, clockWord, secondsOf } from '../photo/capture-record'
import { foundAt, newReport, type ReportPlace, reportRecords, search } from './report-form'

const fix = { lon: 109.398, lat: 24.338, accuracy_m: 28, crs: 'wgs84', source: 'gps', taken_at: '2026-11-23T06:33:00Z' } as const
const place = (name: string): ReportPlace => ({ kind: 'household', id: name, grid_code: '450299001002001', category: 'household', name })
const places = ['和平花园 5栋 1单元 601', '和平花园 5栋 2单元 601', '和平花园 15栋 1单元 602'].map(place)

test('a door is found by whatever part of it is typed', () => {
  expect(search(places, '5栋 601').map((each) => each.name)).toEqual(['和平花园 5栋 1单元 601', '和平花园 5栋 2单元 601'])
  expect(search(places, '2单元')).not.toHaveLength(0)
  expect(search(places, '   ')).toEqual([])
  expect(search(places, '和平', 2)).toHaveLength(2)
})

test('a report has a place, or a grid, or at least a position', () => {
  const form = newReport('h')
  expect(foundAt(form, fix)).toBeNull()
  expect(foundAt({ ...form, place: places[0] as ReportPlace }, null)).toMatchObject({ place_kind: 'household', place_id: '和平花园 5栋 1单元 601' })
  expect(foundAt({ ...form, where: 'public' }, null)).toBeNull()
  expect(foundAt({ ...form, where: 'public' }, fix)).toMatchObject({ place_kind: 'none', category: 'public_area', fix })
  expect(foundAt({ ...form, where: 'public', grid_code: '450299001002001' }, null)).toMatchObject({ grid_code: '450299001002001' })
})

test('a public spot keeps no place that was chosen before', () => {
  const found = foundAt({ ...newReport('h'), where: 'public', place: places[0] as ReportPlace }, fix)
  expect(found).not.toHaveProperty('place_id')
})

test('one report is one record, two when it was put right at once', () => {
  const form = { ...newReport('h'), place: places[0] as ReportPlace }
  const found = foundAt(form, fix)
  if (!found) throw new Error('a place was chosen')
  expect(reportRecords(form, found, { language: 'zh' }, '又见').map((record) => record.name)).toEqual(['report_hazard'])
  form.finding.fixed = true
  expect(reportRecords(form, found, { language: 'zh' }, '又见').map((record) => record.name)).toEqual(['report_hazard', 'fix_on_site'])
})

test('a report that joins an open hazard is a note there, and nothing new', () => {
  const form = { ...newReport('h'), place: places[0] as ReportPlace }
  Object.assign(form.finding, { joins: 'older', what: ['消防通道被占'], description: ' 又停了车 ', before: ['a'], fixed: true, after: ['b'], measures: '已挪走' })
  const found = foundAt(form, fix)
  if (!found) throw new Error('a place was chosen')
  const photos = ['a', 'b'].map((sha256) => ({ sha256, role: 'item' }))
  const note = { hazard_id: 'older', note: '又见；消防通道被占；又停了车；已挪走', photos }
  expect(reportRecords(form, found, { language: 'zh' }, '又见')).toEqual([{ name: 'note_hazard', args: note }])
})

test('a photo says how sure its place and its time are', () => {
  expect([null, { accuracy_m: 8 }, { accuracy_m: 28 }, { accuracy_m: 140 }].map(accuracyWord)).toEqual(['none', 'fine', 'indoors', 'wide'])
  expect([0, 2000, -2000].map(clockWord)).toEqual([{ name: 'fits', seconds: 0 }, { name: 'slow', seconds: 2 }, { name: 'fast', seconds: 2 }])
  expect(secondsOf('2026-11-23T06:33:08.123Z')).toBe('14:33:08')
})
