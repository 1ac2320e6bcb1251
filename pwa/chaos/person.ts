/** A person who works through a day on a phone, whatever the phone and the network do. */
import type { Draft, Id, NewPhoto } from '../src/core/types'
import type { Chance } from './chance'
import { DEEDS, type DeedName, type Expected, type Form, type Memory, type Slot } from './deeds'
import type { SimulatedPhone } from './phone'

export type Act =
  | { kind: 'deed'; deed: DeedName; is_drafted: boolean }
  | { kind: 'clock'; ahead_ms: number; is_mid_form: boolean }
  | { kind: 'expire' }
  | { kind: 'kill' }
  | { kind: 'wake' }
  | { kind: 'make-room' }
  | { kind: 'lose-cookie' }
  | { kind: 'throw-away' }
export type Planned = Act & { pause_ms: number }

export class Person {
  readonly memory: Memory = { hazards: [], visits: [], photos: [] }
  /** What is being done, for whoever wonders why it does not end. */
  at = 'opening'
  #clockMidForm: number | null = null
  #hasOddClock = false

  constructor(
    readonly phone: SimulatedPhone,
    readonly slot: Slot,
    readonly bases: Buffer[],
    readonly chance: Chance,
    /** End the session on the server, as a supervisor or time does. */
    readonly expire: (phone: SimulatedPhone) => Promise<void>,
  ) {}

  async live(plan: Planned[]): Promise<void> {
    this.#hasOddClock = plan.some(({ kind }) => kind === 'clock')
    await this.phone.awake()
    for (const act of plan) {
      await new Promise((resolve) => setTimeout(resolve, act.pause_ms))
      this.at = `${act.kind} ${act.kind === 'deed' ? act.deed : ''}`
      await this.#heed()
      await this.#do(act)
      await this.#look(act.kind)
    }
    this.at = ''
  }

  async #do(act: Planned): Promise<void> {
    switch (act.kind) {
      case 'deed':
        return this.#fill(act.deed, act.is_drafted)
      case 'clock':
        if (act.is_mid_form) this.#clockMidForm = act.ahead_ms
        else this.phone.clockAhead_ms = act.ahead_ms
        return
      case 'expire':
        return this.expire(this.phone)
      case 'kill':
        return this.phone.life.kill()
      case 'wake':
        return void (await this.phone.awake()).loop.wake()
      case 'make-room':
        return this.#makeRoom()
      case 'lose-cookie':
        return this.phone.cookies.lose()
      case 'throw-away':
        return this.#throwAway()
    }
  }

  /** See what the screen says: signed out, or too old. */
  async #heed(): Promise<void> {
    if (this.phone.stop === 'update') this.phone.update()
    if (this.phone.stop === 'sign-in') await this.phone.signIn()
  }

  async #look(when: string): Promise<void> {
    const { database } = await this.phone.awake()
    await this.phone.life.until(this.phone.ledger.check(database, when))
  }

  /** Fill in a form and keep it; a browser that dies meanwhile is opened again, and the form finished. */
  async #fill(name: DeedName, is_drafted: boolean): Promise<void> {
    const form = await this.#form(name)
    this.#changeClock()
    while (!(await this.#wasKept(form, name))) {
      const kept = await this.phone.life.until(this.#keep(form, name, is_drafted))
      if (kept === 'killed') continue
      this.phone.ledger.promise(kept, name, this.#expectedOf(form))
      // As the app does, and at once.
      for (const { loop } of this.phone.browser.tabs.slice(0, 1)) void loop.wake()
      return
    }
  }

  async #form(name: DeedName): Promise<Form> {
    for (;;) {
      const { database } = await this.phone.awake()
      const hazards = await this.phone.life.until(database.hazard.toArray())
      if (hazards === 'killed') continue
      hazards.sort((one, other) => one.number.localeCompare(other.number))
      // A leader sees those of all runs, and keeps to his own.
      const ours = hazards.filter(({ place_code }) => place_code.startsWith(this.slot.community))
      const scene = {
        ...{ chance: this.chance, slot: this.slot, bases: this.bases, memory: this.memory },
        now_ms: this.phone.now(),
        hazards: ours,
      }
      return DEEDS[name](scene) ?? (DEEDS.recordVisit(scene) as Form)
    }
  }

  /** Had the form been kept before the browser died? Then the phone shows it, and it counts as promised. */
  async #wasKept(form: Form, name: string): Promise<boolean> {
    const { database } = await this.phone.awake()
    const found = await this.phone.life.until(this.phone.ledger.areKept(database, form.records))
    if (found === 'killed') return this.#wasKept(form, name)
    if (found) {
      this.#promisePhotos(form.photos)
      this.phone.ledger.promise(found, name, this.#expectedOf(form))
    }
    return found !== null
  }

  async #keep(form: Form, name: string, is_drafted: boolean) {
    const { database } = await this.phone.awake()
    if (!is_drafted) {
      const kept = await database.record(form.records, form.photos)
      this.#promisePhotos(form.photos)
      return kept
    }
    await database.saveDraft(draftOf(form.draft_id, name))
    for (const photo of form.photos) {
      await database.keepPhoto(photo, form.draft_id)
      if (!this.phone.life.isOver) this.phone.ledger.promisePhoto(photo)
    }
    return database.record(form.records, [], form.draft_id)
  }

  #promisePhotos(photos: NewPhoto[]): void {
    for (const photo of photos) this.phone.ledger.promisePhoto(photo)
  }

  #changeClock(): void {
    if (this.#clockMidForm === null) return
    this.phone.clockAhead_ms = this.#clockMidForm
    this.#clockMidForm = null
  }

  /** Work that a wrong clock makes look days old is held, and the office may refuse it. */
  #expectedOf(form: Form): Expected {
    return this.#hasOddClock ? 'either' : form.expected
  }

  /** What a full phone does: answered records and proved photos go. */
  async #makeRoom(): Promise<void> {
    const { database } = await this.phone.awake()
    await this.phone.life.until(database.sweep(new Date(this.phone.now() + 1000).toISOString()))
  }

  async #throwAway(): Promise<void> {
    const form = DEEDS.unknownHazard({ ...this.#scene(), hazards: [] }) as Form
    const { database } = await this.phone.awake()
    const done = async () => {
      await database.saveDraft(draftOf(form.draft_id, 'thrown away'))
      for (const photo of form.photos) {
        await database.keepPhoto(photo, form.draft_id)
        this.phone.ledger.promisePhoto(photo)
        this.phone.ledger.discard(photo.sha256)
      }
      await database.discardDraft(form.draft_id)
    }
    await this.phone.life.until(done())
  }

  #scene() {
    return { chance: this.chance, slot: this.slot, bases: this.bases, memory: this.memory, now_ms: this.phone.now() }
  }
}

function draftOf(id: Id, about: string): Draft {
  const now = new Date().toISOString()
  return { id, kind: 'visit', subject_id: null, screen: { about }, started_at: now, changed_at: now }
}
