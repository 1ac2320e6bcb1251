import { expect, it } from 'vitest'
import type { MutationArgs, MutationName } from './mutations'
import { uuidv7 } from './numbers'
import { type Author, type RowSet, replay } from './replay'
import { masked } from './replay-places'
import type { HazardRow, HouseholdRow, Mutation } from './types'

const GRID = '450299001002001'
const at = '2026-11-23T08:00:00.000Z'
let made = 0
const id = () => uuidv7(++made, new Uint8Array(10).fill(made % 256))

function author(role: Author['postings'][number]['role'], place_code = GRID): Author {
  const posting = { role, place_code, premises_id: null, department: null, from_on: '2026-01-01', to_on: null }
  return { id: id(), name: '兰', licence_number: null, postings: [posting] }
}
const lan = author('grid_worker')

function mutation<N extends MutationName>(name: N, args: MutationArgs[N], changes: Partial<Mutation> = {}): Mutation {
  return {
    ...{ id: id(), number: ++made, device_code: 'X7K2', name, at, args, photo_hashes: [], state: 'waiting', shows: 1, problem: null },
    ...{ parked: false, revision: null, tries: 0, answered_at: null, settled_at: null },
    ...changes,
  } as Mutation
}

const home: HouseholdRow = {
  ...{ id: id(), revision: 5, place_code: GRID, grid_code: GRID, building_id: id(), unit: '2', floor: 3, room: '301', use: 'dwelling' },
  ...{ contact_phone_masked: '', needs_help: false, last_visit: null },
}
const building = {
  id: home.building_id,
  revision: 1,
  place_code: GRID,
  grid_code: GRID,
  name: '7 栋',
  address: '',
  lon: 109.4,
  lat: 24.3,
  units: 2,
  floors: 6,
}
const rows = (): RowSet => ({ household: [home], building: [building], hazard: [], visit: [] })

function visit(visit_id: string, ended_at = at): MutationArgs['record_visit'] {
  return {
    ...{ visit_id, place_kind: 'household', place_id: home.id, track: 'patrol', outcome: 'entered', answers: {}, item_notes: {}, note: '' },
    ...{ photos: [], notice: { delivered: 'in_person', signed: 'signed' }, started_at: at, ended_at, fix: null },
  }
}
function report(hazard_id: string, changes: Partial<MutationArgs['report_hazard']> = {}): MutationArgs['report_hazard'] {
  return {
    ...{ hazard_id, place_kind: 'household', place_id: home.id, track: 'patrol', category: 'household', what: ['直排式热水器'] },
    ...{
      description: '',
      grade: 'general',
      advice: '停用',
      proposed_due_days: 0,
      photos: [{ sha256: 'aa', role: 'before' }],
      fix: null,
      location_note: '',
    },
    ...changes,
  }
}

it('shows a visit with its two hazards on the door, in the list and in full', () => {
  const visit_id = id()
  const mutations = [
    mutation('record_visit', visit(visit_id)),
    mutation('report_hazard', report(id(), { visit_id })),
    mutation('report_hazard', report(id(), { visit_id })),
  ]
  const shown = replay(rows(), mutations, lan)
  expect(shown.household?.[0]?.last_visit).toMatchObject({ id: visit_id, outcome: 'entered', hazards: 2 })
  expect(shown.household?.[0]?.unsent).toEqual(mutations.map((one) => one.id))
  expect(shown.visit?.[0]).toMatchObject({
    id: visit_id,
    number: `X7K2-${String(mutations[0]?.number).padStart(4, '0')}`,
    recorded_by_name: '兰',
  })
  expect(shown.hazard?.[0]).toMatchObject({
    stage: 'registered',
    place_name: '7 栋 2-3-301',
    grid_code: GRID,
    lon: 109.4,
    photos: [{ sha256: 'aa', arrived: false }],
  })
  expect(shown.hazard?.[0]?.events[0]).toMatchObject({ action: 'report_hazard', by_name: '兰', to_stage: 'registered' })
})

it('leaves the pulled rows as they are', () => {
  const given = rows()
  const copy = structuredClone(given)
  replay(given, [mutation('record_visit', visit(id())), mutation('mark_needs_help', { household_id: home.id, needs_help: true })], lan)
  expect(given).toEqual(copy)
})

it('takes records in the order of their numbers, whatever order they come in', () => {
  const [first, second] = [mutation('record_visit', visit(id())), mutation('record_visit', { ...visit(id()), outcome: 'declined' })]
  expect(replay(rows(), [second, first], lan).household?.[0]?.last_visit?.outcome).toBe('declined')
})

it('does not let an old visit that still waits hide a newer one of a colleague', () => {
  const newer = {
    id: id(),
    outcome: 'vacant' as const,
    ended_at: '2026-11-24T08:00:00Z',
    hazards: 0,
    revisit_on: null,
    revisit_window: null,
  }
  const shown = replay({ ...rows(), household: [{ ...home, last_visit: newer }] }, [mutation('record_visit', visit(id()))], lan)
  expect(shown.household?.[0]?.last_visit).toEqual(newer)
})

it('corrects a visit by a new one with its reason', () => {
  const [first, second] = [id(), id()]
  const mutations = [
    mutation('record_visit', visit(first)),
    mutation('correct_visit', { ...visit(second), outcome: 'vacant', corrects: first, reason: '走错门' }),
  ]
  const shown = replay(rows(), mutations, lan)
  expect(shown.visit?.find((row) => row.id === first)?.corrected_by).toBe(second)
  expect(shown.visit?.find((row) => row.id === second)).toMatchObject({ corrects: first, reason: '走错门' })
  expect(shown.household?.[0]?.last_visit).toMatchObject({ id: second, outcome: 'vacant' })
})

it('moves a hazard on by the same table as the server, through several waiting steps', () => {
  const hazard_id = id()
  const leader = author('community_admin', GRID.slice(0, 12))
  const mutations = [
    mutation(
      'report_hazard',
      report(hazard_id, { place_kind: 'none', place_id: undefined, grid_code: GRID, category: 'public_area', location_note: '三岔口' }),
    ),
    mutation('dispatch_hazard', {
      hazard_id,
      due_on: '2026-11-26',
      measures: '清理',
      responsible_unit: '物业',
      notice: { delivered: 'in_person', signed: 'signed' },
    }),
  ]
  const [hazard] = replay(rows(), mutations, leader).hazard ?? []
  expect(hazard).toMatchObject({ stage: 'dispatched', due_on: '2026-11-26', responsible_unit: '物业', place_name: '三岔口' })
  expect(hazard?.events.map((event) => event.to_stage)).toEqual(['registered', 'dispatched'])
  expect(hazard?.unsent).toHaveLength(2)
})

it('leaves a hazard where it is when the table says no, and still marks it as waiting', () => {
  const hazard_id = id()
  const reported = mutation('report_hazard', report(hazard_id))
  const closing = mutation('pass_reinspection', { hazard_id, note: '', photos: [] })
  const [hazard] = replay(rows(), [reported, closing], lan).hazard ?? []
  expect(hazard?.stage).toBe('registered')
  expect(hazard?.unsent).toContain(closing.id)
})

it('lets the server’s own row win over the record that made it', () => {
  const hazard_id = id()
  const pulled = { id: hazard_id, stage: 'dispatched', events: [], place_code: GRID } as unknown as HazardRow
  expect(replay({ hazard: [pulled] }, [mutation('report_hazard', report(hazard_id))], lan).hazard).toEqual([pulled])
})

it('shows new places, changed phones in their masked form, and no retired ones', () => {
  const mutations = [
    mutation('register_household', {
      id: id(),
      building_id: building.id,
      unit: '1',
      floor: 1,
      room: '101',
      use: 'dwelling',
      contact_phone: '13812345678',
    }),
    mutation('change_contact_phone', { place_kind: 'household', place_id: home.id, contact_phone: '0772-2612345' }),
  ]
  const shown = replay(rows(), mutations, lan).household ?? []
  expect(shown.map((row) => [row.room, row.contact_phone_masked])).toEqual([
    ['301', '077****2345'],
    ['101', '138****5678'],
  ])
  const retired = mutation('retire_place', { place_kind: 'household', place_id: home.id, retired_on: '2026-11-23', reason: '拆除' })
  expect(replay(rows(), [retired], lan).household).toEqual([])
  expect(masked('12345')).toBe('1****5')
})

it('passes over records about rows that the screen did not ask for', () => {
  expect(replay({ household: [] }, [mutation('record_visit', visit(id())), mutation('report_hazard', report(id()))], lan)).toEqual({
    household: [],
  })
})
