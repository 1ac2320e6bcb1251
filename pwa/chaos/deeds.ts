/** What people do on their phones: forms with records and photos, most of them sound, some refused on purpose. */
import { rules } from '../src/core/hazard-conditions'
import { uuidv7 } from '../src/core/numbers'
import type { HazardRow, Id, Instant, MutationArgs, MutationName, NewPhoto, PhotoMention } from '../src/core/types'
import type { NewMutation } from '../src/device/database'
import type { Chance } from './chance'
import { aPhoto } from './pictures'

/** What becomes of a record if nothing else goes wrong; 'either' when it depends on who is first, or on a wrong clock. */
export type Expected = 'applied' | 'refused' | 'either'
/** A filled-in form, ready to be kept; keeping it twice keeps it once. */
export type Form = { draft_id: Id; records: NewMutation[]; photos: NewPhoto[]; expected: Expected }
export type Slot = { grid: string; community: string; doors: Id[]; building: Id; premises: Id }
/** What a person remembers of the own work on this phone. */
export type Memory = { hazards: Id[]; visits: { id: Id; place_id: Id }[]; photos: NewPhoto[] }
export type Scene = {
  chance: Chance
  slot: Slot
  /** Small JPEGs of which photos are made. */
  bases: Buffer[]
  memory: Memory
  /** The phone's own time, right or wrong. */
  now_ms: number
  /** The hazards that the phone has pulled. */
  hazards: HazardRow[]
}
export type Deed = (scene: Scene) => Form | null

const DAY_MS = 24 * 60 * 60_000
const NO_NOTICE = { delivered: 'none', signed: 'none' } as const
const IN_PERSON = { delivered: 'in_person', signed: 'refused', witness: '邻居在场' } as const

/** The true day so many days from now: phones learn it from the server's Date header. */
function day(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
}

class Writing {
  readonly photos: NewPhoto[] = []
  readonly records: NewMutation[] = []
  readonly draft_id: Id
  readonly at: Instant

  constructor(readonly scene: Scene) {
    this.draft_id = this.id()
    this.at = new Date(scene.now_ms).toISOString()
  }

  id(): Id {
    return uuidv7(this.scene.now_ms, this.scene.chance.bytes(10))
  }

  add<N extends MutationName>(name: N, args: MutationArgs[N]): this {
    this.records.push({ id: this.id(), name, at: this.at, args } as unknown as NewMutation)
    return this
  }

  /** Take so many photos of 20 to 300 KB; now and then choose one that was used before. */
  shoot(role: PhotoMention['role'], count: number): PhotoMention[] {
    const { chance, bases, memory } = this.scene
    return Array.from({ length: count }, () => {
      const size_bytes = chance.is(0.2) ? chance.between(150_000, 300_000) : chance.between(20_000, 90_000)
      const made = aPhoto(chance, chance.of(bases), size_bytes, this.at)
      const photo = memory.photos.length && chance.is(0.1) ? chance.of(memory.photos) : made
      this.photos.push(photo)
      memory.photos.push(photo)
      return { sha256: photo.sha256, role }
    })
  }

  form(expected: Expected): Form {
    return { draft_id: this.draft_id, records: this.records, photos: this.photos, expected }
  }
}

function visit(writing: Writing, place_kind: 'household' | 'premises', place_id: Id): MutationArgs['record_visit'] {
  const { chance, memory } = writing.scene
  const visit_id = writing.id()
  memory.visits.push({ id: visit_id, place_id })
  return {
    ...{ visit_id, place_kind, place_id, track: 'patrol', outcome: chance.of(['entered', 'no_answer', 'declined'] as const) },
    ...{ answers: {}, item_notes: {}, note: `走访 ${chance.between(1, 9999)}`, photos: writing.shoot('place', chance.between(0, 1)) },
    ...{ notice: NO_NOTICE, started_at: writing.at, ended_at: writing.at, fix: null },
  }
}

function report(writing: Writing, place_kind: 'household' | 'premises' | 'none'): MutationArgs['report_hazard'] {
  const { chance, slot, memory } = writing.scene
  const hazard_id = writing.id()
  memory.hazards.push(hazard_id)
  const where = {
    household: { place_id: chance.of(slot.doors), category: 'household' as const },
    premises: { place_id: slot.premises, category: 'market' as const },
    none: { grid_code: slot.grid, category: 'public_area' as const },
  }[place_kind]
  return {
    ...{ hazard_id, place_kind, ...where, track: 'patrol', what: ['烟管未伸出室外'], description: `情况 ${chance.between(1, 9999)}` },
    ...{ grade: 'general', advice: '请尽快整改', proposed_due_days: 7, photos: writing.shoot('before', chance.between(1, 3)) },
    ...{ fix: null, location_note: '楼道' },
  }
}

const recordVisit: Deed = (scene) => {
  const writing = new Writing(scene)
  return writing.add('record_visit', visit(writing, 'household', scene.chance.of(scene.slot.doors))).form('applied')
}

/** A visit with a hazard and the advice about it: three records that hang together. */
const findAndAdvise: Deed = (scene) => {
  const writing = new Writing(scene)
  const seen = visit(writing, 'household', scene.chance.of(scene.slot.doors))
  const found = { ...report(writing, 'household'), place_id: seen.place_id, visit_id: seen.visit_id }
  writing.add('record_visit', seen).add('report_hazard', found)
  return writing.add('give_advice', { hazard_id: found.hazard_id, notice: IN_PERSON, due_on: day(7) }).form('applied')
}

/** A hazard from its report over the advice to the repair, all made by one person. */
const wholeLife: Deed = (scene) => {
  const writing = new Writing(scene)
  const found = report(writing, 'household')
  writing.add('report_hazard', found)
  writing.add('give_advice', { hazard_id: found.hazard_id, notice: IN_PERSON, due_on: day(10) })
  const photos = writing.shoot('after', scene.chance.between(1, 2))
  return writing.add('submit_rectification', { hazard_id: found.hazard_id, description: '已更换', photos }).form('applied')
}

const fixOnSite: Deed = (scene) => {
  const writing = new Writing(scene)
  const found = report(writing, scene.chance.of(['premises', 'none'] as const))
  writing.add('report_hazard', found)
  const photos = writing.shoot('after', 1)
  return writing.add('fix_on_site', { hazard_id: found.hazard_id, measures: '已清理', photos }).form('applied')
}

const registerDoor: Deed = (scene) => {
  const writing = new Writing(scene)
  const id = writing.id()
  const room = String(scene.chance.between(1000, 9_999_999))
  writing.add('register_household', { id, building_id: scene.slot.building, unit: '1', floor: 1, room, use: 'dwelling' })
  return writing.add('record_visit', visit(writing, 'household', id)).form('applied')
}

const note: Deed = (scene) => {
  const known = scene.hazards.filter((hazard) => hazard.stage !== 'voided').map(({ id }) => id)
  const own = scene.memory.hazards
  if (known.length + own.length === 0) return null
  const writing = new Writing(scene)
  const hazard_id = scene.chance.of([...known, ...own])
  const photos = writing.shoot('item', scene.chance.between(0, 1))
  // One's own may have been refused meanwhile.
  return writing.add('note_hazard', { hazard_id, note: `说明 ${scene.chance.between(1, 9999)}`, photos }).form('either')
}

const correct: Deed = (scene) => {
  if (scene.memory.visits.length === 0) return null
  const writing = new Writing(scene)
  const old = scene.chance.of(scene.memory.visits)
  const again = { ...visit(writing, 'household', old.place_id), corrects: old.id, reason: '当时填错了' }
  // Corrected before, it is refused.
  return writing.add('correct_visit', again).form('either')
}

/** Several people do this with the same hazard; the first is taken. */
const submitSeen: Deed = (scene) => {
  const due = scene.hazards.filter((hazard) => hazard.stage === 'in_rectification')
  if (due.length === 0) return null
  const writing = new Writing(scene)
  const photos = writing.shoot('after', 1)
  return writing.add('submit_rectification', { hazard_id: scene.chance.of(due).id, description: '已整改', photos }).form('either')
}

/** For whoever reviews; a grid worker who tries is refused. */
const review: Deed = (scene) => {
  const due = scene.hazards.filter((hazard) => hazard.stage === 'submitted')
  if (due.length === 0) return null
  const writing = new Writing(scene)
  const hazard_id = scene.chance.of(due).id
  if (scene.chance.is(0.4)) return writing.add('fail_reinspection', { hazard_id, reason: '仍有隐患', new_due_on: day(9) }).form('either')
  return writing.add('pass_reinspection', { hazard_id, note: '合格', photos: writing.shoot('item', 1) }).form('either')
}

const dispatch: Deed = (scene) => {
  const due = scene.hazards.filter((hazard) => hazard.stage === 'registered' && hazard.place_kind !== 'household')
  if (due.length === 0) return null
  const writing = new Writing(scene)
  const given = { due_on: day(15), measures: '打开安全出口', responsible_unit: '农贸市场', notice: IN_PERSON }
  return writing.add('dispatch_hazard', { hazard_id: scene.chance.of(due).id, ...given }).form('either')
}

/** For the leader, whose step it is: what is reported once more is joined to a hazard seen at that door, or to one of the same form. */
const reportTwice: Deed = (scene) => {
  const writing = new Writing(scene)
  const again = report(writing, 'household')
  const seen = scene.hazards.filter(({ place_id, stage }) => place_id === again.place_id && rules.open_stages.includes(stage))
  const kept = seen.length > 0 && scene.chance.is(0.6) ? scene.chance.of(seen).id : null
  const first = kept === null ? { ...report(writing, 'household'), place_id: again.place_id } : null
  if (first) writing.add('report_hazard', first)
  writing.add('report_hazard', again)
  writing.add('void_hazard', { hazard_id: again.hazard_id, reason: '重复登记', duplicate_of: kept ?? first?.hazard_id })
  // What was seen may have ended meanwhile.
  return writing.form(kept === null ? 'applied' : 'either')
}

/** A grade that a reporter may not give; what hangs on the hazard is refused with it. */
const tooGrave: Deed = (scene) => {
  const writing = new Writing(scene)
  const found = { ...report(writing, 'household'), grade: 'confirmed_major' as const }
  scene.memory.hazards.pop()
  writing.add('report_hazard', found)
  return writing.add('give_advice', { hazard_id: found.hazard_id, notice: IN_PERSON, due_on: day(7) }).form('refused')
}

const unknownHazard: Deed = (scene) => {
  const writing = new Writing(scene)
  return writing.add('note_hazard', { hazard_id: writing.id(), note: '无此隐患', photos: writing.shoot('item', 1) }).form('refused')
}

/** A field that the server does not know: its own receipt says so, and the others of the push go on. */
const unreadable: Deed = (scene) => {
  const writing = new Writing(scene)
  const args = { ...visit(writing, 'household', scene.chance.of(scene.slot.doors)), unheard_of: 1 }
  scene.memory.visits.pop()
  return writing.add('record_visit', args).form('refused')
}

export const DEEDS = {
  ...{ recordVisit, findAndAdvise, wholeLife, fixOnSite, registerDoor, note, correct, submitSeen, review, dispatch },
  ...{ tooGrave, unknownHazard, unreadable, reportTwice },
}
export type DeedName = keyof typeof DEEDS
