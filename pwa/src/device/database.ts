/** Keep one person's work on this phone: pulled rows, drafts, the queue of records, photos. */
import Dexie, { type Table } from 'dexie'
import type {
  Draft,
  Id,
  Instant,
  Kind,
  Mutation,
  MutationArgs,
  MutationName,
  NewPhoto,
  Photo,
  Rows,
  SealingKeys,
  Sha256,
} from '../core/types'
import { atRest, type Vault } from './at-rest'
import type { DeviceKeys, PhotoFacts, Seals } from './seals'
import { VERSION_1, VERSION_2 } from './schema'
import { atOneMoment, surviving } from './storage'
import { inBoth } from './unsent'

/** A row as it is kept: `start` names the fresh start that last brought it, so that one can sweep what it did not bring. */
export type Kept<K extends Kind> = Rows[K] & { start: number }
export type Bytes = { sha256: Sha256; bytes: ArrayBuffer }
/** `content_key` closes these bytes alone; `for_server` is that key, with what is known of the photo, in an envelope. */
export type PhotoBytes = Bytes & { content_key?: Uint8Array; for_server?: Uint8Array }
/** Where the pull stands. `starting` is set while a fresh start is under way; `left_out` are the kinds that are asked of the server instead. */
export type Cursor = { scope: 'pull'; cursor: string | null; start: number; starting: boolean; completed_at: Instant | null; left_out?: Kind[] }
/** A record about to be made: the rest is given by `record`. `id` and `at` come from the caller, so that a retry is the same record. */
export type NewMutation<N extends MutationName = MutationName> = {
  [M in N]: { id: Id; name: M; at: Instant; args: MutationArgs[M]; skew_ms?: number | null }
}[N]
/** The server's device of this person's sign-in, and the highest number given so far. */
export type DeviceIdentity = { id: Id; code: string; last_number: number }
/** Without a `vault`, rows are read and written as they lie: of sealed ones, what is open. That is all a locked phone has. */
export type DatabaseOptions = { indexedDB?: IDBFactory; IDBKeyRange?: typeof IDBKeyRange; vault?: Vault }

/** One person's database on this phone. Its schema only ever grows: old records must stay readable by the next version. */
export class Database extends Dexie {
  declare community: Table<Kept<'community'>, Id>
  declare grid: Table<Kept<'grid'>, Id>
  declare building: Table<Kept<'building'>, Id>
  declare household: Table<Kept<'household'>, Id>
  declare premises: Table<Kept<'premises'>, Id>
  declare visit: Table<Kept<'visit'>, Id>
  declare hazard: Table<Kept<'hazard'>, Id>
  declare checklist: Table<Kept<'checklist'>, [string, number]>
  declare cursor: Table<Cursor, 'pull'>
  declare drafts: Table<Draft, Id>
  declare mutations: Table<Mutation, Id>
  /** Without their bytes, so that a list of photos stays light. */
  declare photos: Table<Photo, Sha256>
  declare photo_bytes: Table<PhotoBytes, Sha256>
  declare photo_thumbs: Table<Bytes, Sha256>
  declare pictures: Table<Bytes & { size: 'thumb' | 'screen' }, Sha256>
  declare kv: Table<{ key: string; value: unknown }, string>

  readonly vault: Vault | undefined
  #keys: Promise<DeviceKeys | undefined> | undefined

  constructor(
    readonly person_id: Id,
    { vault, ...options }: DatabaseOptions = {},
  ) {
    super(`gridwalk-${person_id}`, { chromeTransactionDurability: 'strict', ...options })
    this.version(1).stores(VERSION_1)
    this.version(2).stores(VERSION_2)
    this.vault = vault
    if (vault) this.use(atRest(vault))
  }

  /** Return what so many records and these photos are sealed with. Not within a transaction: it waits for more than the database. */
  async seals(records: number, photos: readonly PhotoFacts[] = []): Promise<Seals> {
    this.#keys ??= this.recall<DeviceKeys>('keys')
    try {
      const { makeSeals } = await import('./seals')
      return await makeSeals(await this.#keys, records, this.vault ? photos : [])
    } catch {
      // Its file has not arrived yet: kept all the same, and sealed for the server at the next start.
      return { record: (mutation) => mutation, photo: () => undefined }
    }
  }

  /** Take over what this device seals with. */
  async useKeys(keys: SealingKeys, device_id: Id): Promise<void> {
    this.#keys = Promise.resolve({ ...keys, device_id })
    await this.remember('keys', await this.#keys)
  }

  async remember(key: string, value: unknown): Promise<void> {
    await surviving(this, () => this.kv.put({ key, value }))
  }

  async recall<T>(key: string): Promise<T | undefined> {
    return (await surviving(this, () => this.kv.get(key)))?.value as T | undefined
  }

  /** Take over the device that the server gave at sign-in. Numbers never go back, whatever the server remembers. */
  async identify(device: DeviceIdentity): Promise<void> {
    await surviving(this, () =>
      this.transaction('rw', this.kv, async () => {
        const last_number = Math.max(device.last_number, (await this.#identity())?.last_number ?? 0)
        await this.kv.put({ key: 'device', value: { id: device.id, code: device.code, last_number } satisfies DeviceIdentity })
        // A new sign-in may bring another device: what was made on this one is still sent as made on this one.
        await this.kv.put({ key: `device:${device.code}`, value: device.id })
      }),
    )
  }

  /** Return the id of the device, perhaps a former one, that gave records this code. */
  async deviceOf(code: string): Promise<Id | undefined> {
    return (await this.recall<Id>(`device:${code}`)) ?? (await this.identity())?.id
  }

  /** Return this person's device, or undefined before the first sign-in. */
  async identity(): Promise<DeviceIdentity | undefined> {
    return surviving(this, () => this.#identity())
  }

  async #identity(): Promise<DeviceIdentity | undefined> {
    return (await this.kv.get('device'))?.value as DeviceIdentity | undefined
  }

  /**
   * Keep the records, their photos and the end of their draft in ONE transaction; return the records with their numbers.
   * Repeating it with the same ids changes nothing, so a retry after a lost connection cannot double a record.
   * Errors: StorageFull when the phone has no room; then nothing was kept, and the draft is still there.
   */
  async record(made: NewMutation[], photos: NewPhoto[] = [], draft_id?: Id): Promise<Mutation[]> {
    return surviving(this, async () => this.recordSealed(await this.seals(made.length, photos), made, photos, draft_id))
  }

  /** The same with seals made before, for use within a transaction over these tables. */
  async recordSealed(seals: Seals, made: NewMutation[], photos: NewPhoto[] = [], draft_id?: Id): Promise<Mutation[]> {
    const tables = [this.kv, this.mutations, this.photos, this.photo_bytes, this.photo_thumbs, this.drafts]
    return this.transaction('rw', tables, async () => {
      for (const photo of photos) await this.#putPhoto(photo, null, seals)
      const kept = await this.#enqueueAll(made, seals)
      await this.#release(kept.flatMap((mutation) => mutation.photo_hashes))
      if (draft_id) await this.#dropDraft(draft_id)
      return kept
    })
  }

  async #enqueueAll(made: NewMutation[], seals: Seals): Promise<Mutation[]> {
    const kept: Mutation[] = []
    for (const one of made) kept.push((await this.mutations.get(one.id)) ?? (await this.#enqueue(one, seals)))
    return kept
  }

  async #enqueue({ id, name, at, args, skew_ms = null }: NewMutation, seals: Seals): Promise<Mutation> {
    const device = await this.#identity()
    if (!device) throw new Error('record() needs the device that a sign-in gives')
    const number = device.last_number + 1
    await this.kv.put({ key: 'device', value: { ...device, last_number: number } })
    const mutation: Mutation = {
      ...{ id, number, device_code: device.code, name, at, args, photo_hashes: photosOf(args), state: 'waiting', shows: 1, tries: 0 },
      ...{ problem: null, parked: false, revision: null, answered_at: null, settled_at: null, skew_ms },
    }
    const sealed = seals.record(mutation, device.id)
    await this.mutations.add(sealed)
    return sealed
  }

  /** A photo may be sent as soon as a record names it, whichever other forms show it. */
  async #release(hashes: Sha256[]): Promise<void> {
    await this.photos
      .where('sha256')
      .anyOf(hashes)
      .filter((photo) => photo.state === 'drafted')
      .modify({ state: 'waiting' })
  }

  /** Keep a photo the moment it is taken, before anything else happens to it. */
  async keepPhoto(photo: NewPhoto, draft_id: Id): Promise<void> {
    const tables = [this.photos, this.photo_bytes, this.photo_thumbs]
    await surviving(this, async () => {
      const seals = await this.seals(0, [photo])
      await this.transaction('rw', tables, async () => this.#putPhoto(photo, draft_id, seals))
    })
  }

  async #putPhoto({ bytes, thumb, ...photo }: NewPhoto, draft_id: Id | null, seals: Seals): Promise<void> {
    const same = await this.photos.get(photo.sha256)
    if (same) return this.#shareWith(same, draft_id)
    await this.photos.add({
      ...photo,
      ...{ state: draft_id ? 'drafted' : 'waiting', draft_ids: draft_id ? [draft_id] : [], kept_at: new Date().toISOString() },
      ...{ sent_bytes: 0, upload_url: null, problem: null, tries: 0, arrived_at: null, settled_at: null },
    })
    await this.photo_bytes.put({ sha256: photo.sha256, bytes, ...seals.photo(photo.sha256) })
    await this.photo_thumbs.put({ sha256: photo.sha256, bytes: thumb })
  }

  /** The same picture chosen in two forms, or once more after it was sent, is kept once, and goes only when nothing needs it. */
  async #shareWith(photo: Photo, draft_id: Id | null): Promise<void> {
    if (!draft_id || photo.draft_ids.includes(draft_id)) return
    await this.photos.update(photo.sha256, { draft_ids: [...photo.draft_ids, draft_id] })
  }

  /** Keep an unfinished form; called at every change. */
  async saveDraft(draft: Draft): Promise<void> {
    await surviving(this, () => this.drafts.put(draft))
  }

  /** Throw an unfinished form away, with the photos that only it had. */
  async discardDraft(id: Id): Promise<void> {
    const tables = [this.photos, this.photo_bytes, this.photo_thumbs, this.drafts]
    await surviving(this, () => this.transaction('rw', tables, async () => this.#dropDraft(id)))
  }

  async #dropDraft(id: Id): Promise<void> {
    const shown = await this.photos.where('draft_ids').equals(id).primaryKeys()
    for (const sha256 of shown) await this.#dropFrom(sha256, id)
    await this.drafts.delete(id)
  }

  /** Delete a photo that was taken for this unfinished form; one that a record or another form shows stays. */
  async discardPhoto(sha256: Sha256, draft_id: Id): Promise<void> {
    const tables = [this.photos, this.photo_bytes, this.photo_thumbs]
    await surviving(this, () => this.transaction('rw', tables, async () => this.#dropFrom(sha256, draft_id)))
  }

  async #dropFrom(sha256: Sha256, draft_id: Id): Promise<void> {
    const photo = await this.photos.get(sha256)
    if (!photo) return
    const draft_ids = photo.draft_ids.filter((id) => id !== draft_id)
    if (draft_ids.length || photo.state !== 'drafted') await this.photos.update(sha256, { draft_ids })
    else await this.#dropPhotos([sha256])
  }

  async #dropPhotos(hashes: Sha256[]): Promise<void> {
    for (const table of [this.photos, this.photo_bytes, this.photo_thumbs]) await table.bulkDelete(hashes)
  }

  /** The person has dealt with these refused records or photos; they stay readable but no longer ask for attention. */
  async settle({ ids = [], hashes = [] }: { ids?: Id[]; hashes?: Sha256[] }, at: Instant): Promise<void> {
    await surviving(this, async () => {
      await this.mutations.where('id').anyOf(ids).modify({ settled_at: at })
      await this.photos.where('sha256').anyOf(hashes).modify({ settled_at: at })
    })
  }

  /** Return the records that the server has still to hear of. */
  unsentMutations(): Promise<Mutation[]> {
    return inBoth(this.mutations, 'sending', 'toArray')
  }

  /** Return the photos that the server has still to get, without their bytes. */
  unsentPhotos(): Promise<Photo[]> {
    return inBoth(this.photos, 'uploading', 'toArray')
  }

  /** Return how many records and photos the server has still to get. */
  countUnsent(): Promise<{ mutations: number; photos: number }> {
    return atOneMoment(this, [this.mutations, this.photos], async () => ({
      mutations: (await inBoth(this.mutations, 'sending', 'primaryKeys')).length,
      photos: (await inBoth(this.photos, 'uploading', 'primaryKeys')).length,
    }))
  }

  /**
   * Make room: forget answered records, and photos whose arrival the server has proved, older than `before`.
   * Whatever has no receipt, every refusal that still waits for the person, and what an unfinished form shows, stays.
   */
  async sweep(before: Instant): Promise<void> {
    const tables = [this.mutations, this.photos, this.photo_bytes, this.photo_thumbs]
    await surviving(this, () =>
      this.transaction('rw', tables, async () => {
        const arrived = await this.photos
          .where('state')
          .equals('arrived')
          .filter((photo) => (photo.arrived_at ?? before) < before && photo.draft_ids.length === 0)
          .primaryKeys()
        await this.#dropPhotos(arrived)
        await this.mutations
          .where('state')
          .anyOf('applied', 'refused')
          .filter((one) => isOver(one, before))
          .delete()
      }),
    )
  }
}

function isOver(mutation: Mutation, before: Instant): boolean {
  if (mutation.shows || mutation.parked) return false
  const over = mutation.state === 'refused' ? mutation.settled_at : mutation.answered_at
  return over !== null && over < before
}

function photosOf(args: object): Sha256[] {
  const mentions = 'photos' in args && Array.isArray(args.photos) ? (args.photos as { sha256: Sha256; redacted?: Sha256 }[]) : []
  return [...new Set(mentions.flatMap(({ sha256, redacted }) => (redacted ? [sha256, redacted] : [sha256])))]
}
