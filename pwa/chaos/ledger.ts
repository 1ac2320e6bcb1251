/** Remember what a phone has promised, and look at every step whether it still keeps it. */
import type { Id, Mutation, NewPhoto, Photo, Sha256 } from '../src/core/types'
import type { Database, NewMutation } from '../src/device/database'
import { atOneMoment } from '../src/device/storage'
import type { Expected } from './deeds'

type Said = { id: Id; name: string; number: number; device_code: string; args: unknown; at: string; deed: string; expected: Expected }
type SaidPhoto = { sha256: Sha256; size_bytes: number; is_recorded: boolean }
const FINAL = ['applied', 'refused']

/** The promises of one phone, across all the lives of its browser. */
export class Ledger {
  readonly said = new Map<Id, Said>()
  readonly photos = new Map<Sha256, SaidPhoto>()
  readonly broken: string[] = []
  #answered = new Map<Id, string>()
  #arrived = new Set<Sha256>()
  #discarded = new Set<Sha256>()
  checks = 0

  /** The screen has said 已存本机 of these. */
  promise(records: Mutation[], deed: string, expected: Expected): void {
    for (const { id, name, number, device_code, args, at, photo_hashes } of records) {
      if (!this.said.has(id)) this.said.set(id, { id, name, number, device_code, args, at, deed, expected })
      for (const sha256 of photo_hashes) this.#record(sha256)
    }
  }

  /** The screen has shown this photo as taken. */
  promisePhoto({ sha256, size_bytes }: Pick<NewPhoto, 'sha256' | 'size_bytes'>): void {
    if (!this.photos.has(sha256)) this.photos.set(sha256, { sha256, size_bytes, is_recorded: false })
    this.#discarded.delete(sha256)
  }

  /** The person has thrown the form away, and with it a photo that only it had. */
  discard(sha256: Sha256): void {
    if (!this.photos.get(sha256)?.is_recorded) this.#discarded.add(sha256)
  }

  #record(sha256: Sha256): void {
    const photo = this.photos.get(sha256)
    if (photo) photo.is_recorded = true
  }

  /** Watch deletions themselves: a record may go only after its receipt, a photo after its arrival or with its form. */
  watch(database: Database): void {
    database.mutations.hook('deleting', (id, mutation) => {
      if (!FINAL.includes(mutation.state) || mutation.parked) this.#break(`record ${id} deleted while ${mutation.state}`)
      this.#answered.set(mutation.id, mutation.state)
    })
    database.photos.hook('deleting', (sha256, photo) => {
      if (photo.state === 'arrived') this.#arrived.add(photo.sha256)
      else if (photo.state !== 'drafted') this.#break(`photo ${sha256} deleted while ${photo.state}`)
    })
  }

  /** Were these records kept all or none? Returns whether they are there. */
  async areKept(database: Database, records: NewMutation[]): Promise<Mutation[] | null> {
    const found = (await database.mutations.bulkGet(records.map(({ id }) => id))).filter((one) => one !== undefined)
    if (found.length !== 0 && found.length !== records.length) this.#break(`half of a form was kept: ${records[0]?.id}`)
    return found.length === records.length ? found : null
  }

  /** Look at the whole phone: everything promised is there, or its receipt was seen before it went. */
  async check(database: Database, when: string): Promise<void> {
    this.checks += 1
    const { mutations: records, photos: pictures, photo_bytes } = database
    const [mutations, photos, held] = await atOneMoment(database, [records, pictures, photo_bytes], async () => [
      new Map((await records.toArray()).map((one) => [one.id, one])),
      new Map((await pictures.toArray()).map((one) => [one.sha256, one])),
      new Set(await photo_bytes.toCollection().primaryKeys()),
    ])
    for (const { id } of this.said.values()) this.#checkRecord(id, mutations.get(id), when)
    for (const said of this.photos.values()) this.#checkPhoto(said, photos.get(said.sha256)?.state, held.has(said.sha256), when)
  }

  #checkPhoto({ sha256, is_recorded }: SaidPhoto, state: Photo['state'] | undefined, hasBytes: boolean, when: string): void {
    if (state === 'arrived') this.#arrived.add(sha256)
    if (this.#arrived.has(sha256) || this.#discarded.has(sha256)) return
    if (!state || !hasBytes) this.#break(`${when}: photo ${sha256} is ${state ?? 'gone'}, bytes ${hasBytes}`)
    else if (state === 'drafted' && is_recorded) this.#break(`${when}: photo ${sha256} is named by a record and still drafted`)
  }

  #checkRecord(id: Id, mutation: Mutation | undefined, when: string): void {
    const before = this.#answered.get(id)
    if (!mutation) {
      if (!before) this.#break(`${when}: record ${id} is gone without a receipt`)
      return
    }
    if (before && before !== mutation.state) this.#break(`${when}: record ${id} was ${before} and is ${mutation.state}`)
    if (FINAL.includes(mutation.state) && !mutation.parked) this.#answered.set(id, mutation.state)
  }

  /** What the phone was told became of each record, also of those that it has let go since. */
  outcomes(): Record<Id, string> {
    return Object.fromEntries(this.#answered)
  }

  arrived(): Sha256[] {
    return [...this.#arrived]
  }

  discarded(): Sha256[] {
    return [...this.#discarded]
  }

  #break(what: string): void {
    this.broken.push(what)
  }

  break(what: string): void {
    this.#break(what)
  }
}
