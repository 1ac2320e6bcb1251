import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Checklist } from './checklist'
import type { Doer } from './lifecycle'
import type { ReportHazard } from './mutations'
import { type FindingForm, newFinding, newForm, type VisitForm } from './visit-form'
import { judged, newFindings, recordsOf, reportOf, resolved, type Visiting, whyNotFinding } from './visit-records'

const { bodies } = JSON.parse(readFileSync('../tests/vectors/checklist.json', 'utf8')) as { bodies: Record<string, Checklist> }
const household = bodies['co.household'] as Checklist
const JOINT = 'co.heater.flue_joint'
const OUTDOOR = 'co.heater.flue_outdoor'
const at = '2026-11-23T06:33:00.000Z'
const chinese = { language: 'zh' } as const
const fix = { lon: 109.398, lat: 24.338, accuracy_m: 28, crs: 'wgs84', source: 'gps', taken_at: at } as const
const lan: Doer = {
  ...{ id: 'lan', licence_number: null },
  postings: [{ role: 'grid_worker', place_code: '450299001002001', premises_id: null, department: null, from_on: '2025-01-01', to_on: null }],
}

function seen(hazard_id: string, changes: Partial<FindingForm> = {}): FindingForm {
  return { ...newFinding(hazard_id), what: ['接口松脱'], before: [`${hazard_id}-before`], ...changes }
}

function visiting(changes: Partial<VisitForm> = {}): Visiting {
  const answers = { 'co.visit.occupancy': 'owner', 'co.visit.sources': ['heater'], 'co.heater.type': 'forced', [OUTDOOR]: 'hazard', [JOINT]: 'hazard' }
  const form: VisitForm = {
    ...newForm('2026-11-23T06:05:00.000Z'),
    ...{ checklist_id: 'co.household', checklist_version: 1, answers, findings: { [OUTDOOR]: seen('h1'), [JOINT]: seen('h2', { fixed: true, after: ['h2-after'] }) } },
    ...changes,
  }
  return { visit_id: 'v1', place: { kind: 'household', id: 'p1', grid_code: '450299001002001', category: 'household' }, track: 'patrol', form, body: household }
}
const names = (of: Visiting) => recordsOf(of, fix, at, chinese).map((record) => record.name)

describe('the records of a visit', () => {
  test('the visit comes first, then each hazard with what was done about it', () => {
    expect(names(visiting())).toEqual(['record_visit', 'report_hazard', 'give_advice', 'report_hazard', 'fix_on_site'])
  })

  test('a home gets its advice with the notice, and none where no notice was handed over', () => {
    expect(names(visiting({ notice: { delivered: 'none', signed: 'none' } }))).toEqual(['record_visit', 'report_hazard', 'report_hazard', 'fix_on_site'])
    const advice = recordsOf(visiting(), fix, at, chinese)[2]
    expect(advice?.args).toEqual({ hazard_id: 'h1', notice: { delivered: 'in_person', signed: 'none' }, due_on: '2026-11-23' })
  })

  test('a finding that joins an open hazard is a note there: no second report, no repair of its own, no advice', () => {
    const findings = { [OUTDOOR]: seen('h1', { joins: 'older' }), [JOINT]: seen('h2') }
    const records = recordsOf(visiting({ findings }), fix, at, chinese, '又见')
    expect(records.map((record) => record.name)).toEqual(['record_visit', 'note_hazard', 'report_hazard', 'give_advice'])
    expect(records[1]?.args).toEqual({ hazard_id: 'older', note: '又见；接口松脱', photos: [{ sha256: 'h1-before', role: 'item' }] })
  })

  test('what the worker left alone is what the checklist proposes', () => {
    const report = recordsOf(visiting(), fix, at, chinese)[1]?.args as ReportHazard
    expect(report).toMatchObject({ item_id: OUTDOOR, grade: 'life_threatening', proposed_due_days: 0, category: 'household', visit_id: 'v1' })
    expect(report.advice).toContain('立即停用')
    expect(report.photos).toEqual([{ sha256: 'h1-before', role: 'before' }])
  })

  test('what the worker changed is what is reported', () => {
    const findings = { [OUTDOOR]: seen('h1', { grade: 'general', due_days: 7, advice: ' 换烟管 ', description: ' 离墙两指 ' }), [JOINT]: seen('h2') }
    const report = recordsOf(visiting({ findings }), fix, at, chinese)[1]?.args
    expect(report).toMatchObject({ grade: 'general', proposed_due_days: 7, advice: '换烟管', description: '离墙两指' })
  })

  test('an answer to a question that went away is not sent, and neither is its hazard', () => {
    const of = visiting()
    of.form.answers = { ...of.form.answers, 'co.visit.sources': ['none'] }
    const [visit] = recordsOf(of, fix, at, chinese)
    expect(names(of)).toEqual(['record_visit'])
    expect(visit?.args).not.toHaveProperty(`answers.${JOINT}`)
    expect(visit?.args).toMatchObject({ answers: { 'co.visit.result': 'entered', 'co.notice.delivery': 'in_person', 'co.visit.sources': ['none'] } })
  })

  test('a hazard taken back by another answer keeps what was typed and is not reported', () => {
    const of = visiting()
    of.form.answers[JOINT] = 'ok'
    expect(newFindings(of, judged(of)).map((finding) => finding.item_id)).toEqual([OUTDOOR])
    expect(of.form.findings[JOINT]?.before).toEqual(['h2-before'])
  })

  test('a correction names what it corrects and reports only hazards that are new', () => {
    const correction = { visit_id: 'v0', reason: '漏答', reported: [{ item_id: OUTDOOR, hazard_id: 'h0', number: 'X7K2-0001' }] }
    const records = recordsOf(visiting({ correction }), fix, at, chinese)
    expect(records.map((record) => record.name)).toEqual(['correct_visit', 'report_hazard', 'fix_on_site'])
    expect(records[0]?.args).toMatchObject({ corrects: 'v0', reason: '漏答', visit_id: 'v1' })
  })

  test('only an inspection names officers', () => {
    const of = visiting({ officers: ['hai', 'tao'] })
    expect(recordsOf(of, fix, at, chinese)[0]?.args).not.toHaveProperty('officers')
    expect(recordsOf({ ...of, track: 'inspection' }, fix, at, chinese)[0]?.args).toMatchObject({ officers: ['hai', 'tao'] })
  })

  test('a refused signature is sent with its witness, a drawn one with its path', () => {
    const refused = visiting({ notice: { delivered: 'in_person', signed: 'refused', signature: 'M0,0', witness: ' 物业值班 ' } })
    expect(recordsOf(refused, fix, at, chinese)[0]?.args).toMatchObject({ notice: { signed: 'refused', witness: '物业值班' } })
    const signed = visiting({ notice: { delivered: 'in_person', signed: 'signed', signature: 'M0,0L9,9' } })
    expect(recordsOf(signed, null, at, chinese)[0]?.args).toMatchObject({ notice: { signed: 'signed', signature: 'M0,0L9,9' }, fix: null })
  })
})

describe('what a finding still lacks', () => {
  const found = { place_kind: 'household', place_id: 'p1', track: 'patrol', category: 'household', fix: null, location_note: '' } as const
  const proposed = judged(visiting()).findings[1] ?? null
  const why = (finding: FindingForm) => {
    const says = resolved(finding, proposed, chinese)
    return whyNotFinding(finding, reportOf(finding, says, found), says, '450299001002001', lan, at)
  }

  test('nothing, once it says what and shows it', () => {
    expect(why(seen('h'))).toBeNull()
  })

  test('a photo, or the reason why there is none', () => {
    expect(why(seen('h', { before: [] }))?.needs).toEqual(['before_photo'])
    expect(why(seen('h', { before: [], no_photo_reason: 'refused' }))).toBeNull()
  })

  test('what was seen, in a chip or in words', () => {
    expect(why(seen('h', { what: [] }))?.needs).toEqual(['what'])
    expect(why(seen('h', { what: [], description: '离墙两指' }))).toBeNull()
  })

  test('put right at once, it needs the photo after the repair', () => {
    expect(why(seen('h', { fixed: true }))?.needs).toEqual(['after_photo'])
    expect(why(seen('h', { fixed: true, after: ['x'] }))).toBeNull()
  })

  test('where the checklist asks for no photo, none is missing', () => {
    const optional = { ...(proposed as NonNullable<typeof proposed>), photo: 'optional' as const }
    expect(resolved(seen('h', { before: [] }), optional, chinese).no_photo_reason).toBe('not_needed')
  })
})
