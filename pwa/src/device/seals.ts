/** Prepare what records and photos are sealed with: agreeing on a key with the server takes a moment, which no transaction waits for. */
import { subjectsOf } from '../core/outbox'
import type { Id, Mutation, NewPhoto, SealingKeys, Sha256 } from '../core/types'
import { toBase64 } from './base64'
import { makeStamp, type Stamp } from './envelope'

/** What a device seals with; it changes when the person signs in on another device or the server has another key. */
export type DeviceKeys = SealingKeys & { device_id: Id }
export type PhotoSeal = { content_key: Uint8Array; for_server?: Uint8Array }
/** Ready for one transaction; each stamp is used once. */
export type Seals = {
  /** The record with its envelope, if there is a stamp of the device that it was made on. */
  record: (mutation: Mutation, made_on: Id) => Mutation
  photo: (sha256: Sha256) => PhotoSeal | undefined
}

const text = new TextEncoder()

/** Return seals for so many records and these photos; without keys, records are kept unsealed until there are some. */
export async function makeSeals(keys: DeviceKeys | undefined, records: number, photos: readonly PhotoFacts[]): Promise<Seals> {
  const count = keys ? records : 0
  const stamps = await Promise.all(Array.from({ length: count }, () => makeStamp(keys as DeviceKeys, keys?.device_id ?? '', 'record')))
  const sealed = new Map(await Promise.all(photos.map(async (photo) => [photo.sha256, await sealPhoto(keys, photo)] as const)))
  return {
    record: (mutation, made_on) => sealRecord(mutation, made_on === keys?.device_id ? stamps.pop() : undefined),
    photo: (sha256) => sealed.get(sha256),
  }
}

export type PhotoFacts = Pick<NewPhoto, 'sha256' | 'size_bytes' | 'taken_at' | 'fix'>

/** What is known of a photo travels with its key, so that nobody on the way reads or changes it. */
async function sealPhoto(keys: DeviceKeys | undefined, { sha256, size_bytes, taken_at, fix }: PhotoFacts): Promise<PhotoSeal> {
  const content_key = randomKey()
  if (!keys) return { content_key }
  const { lon, lat, crs, accuracy_m, source } = fix ?? {}
  const said = { sha256, size_bytes, content_key: toBase64(content_key), taken_at, ...(fix ? { lon, lat, crs, accuracy_m, source } : {}) }
  const stamp = await makeStamp(keys, keys.device_id, 'photo')
  return { content_key, for_server: stamp(text.encode(JSON.stringify(said))) }
}

function sealRecord(mutation: Mutation, stamp: Stamp | undefined): Mutation {
  const subjects = subjectsOf(mutation)
  if (!stamp) return { ...mutation, subjects }
  const { id, number, name, at, args, skew_ms = null } = mutation
  const said = { id, number, name, at, args, skew_ms }
  return { ...mutation, subjects, envelope: stamp(text.encode(JSON.stringify(said))) }
}

function randomKey(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32))
}
