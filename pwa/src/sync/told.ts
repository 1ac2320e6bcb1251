/** Tell the server when less is left on this phone than it was last told, so that the desk does not wait for what has arrived. */
import { isUnsent } from '../core/outbox'
import type { Id, PushAnswer, PushBody } from '../core/types'
import type { Phone } from '../device/phone'
import { askJson } from '../device/server'
import { atOneMoment, StorageFull } from '../device/storage'

export type Waiting = PushBody['waiting']
/** By device: what the server was last told. A former device of this person is told of as well. */
type Told = Record<Id, Waiting>

const KEY = 'told_waiting'
const NOTHING: Waiting = { mutations: 0, photos: 0, bytes: 0 }

/** Return what of a device is still here. Photos bear no device: they are counted with the present one. */
export function waitingOf(phone: Phone, device_id: Id): Promise<Waiting> {
  const { kv, mutations, photos } = phone.database
  return atOneMoment(phone.database, [kv, mutations, photos], () => countOf(phone, device_id))
}

async function countOf(phone: Phone, device_id: Id): Promise<Waiting> {
  const { database } = phone
  const present = (await database.identity())?.id === device_id
  if (present && !(await hasFormer(phone))) return waitingInAll(phone)
  const devices = new Map<string, Id | undefined>()
  let mutations = 0
  for (const { device_code } of (await database.unsentMutations()).filter(isUnsent)) {
    if (!devices.has(device_code)) devices.set(device_code, await database.deviceOf(device_code))
    if (devices.get(device_code) === device_id) mutations += 1
  }
  return present ? { ...(await waitingInAll(phone)), mutations } : { ...NOTHING, mutations }
}

async function waitingInAll({ database }: Phone): Promise<Waiting> {
  const photos = await database.unsentPhotos()
  const bytes = photos.reduce((total, photo) => total + photo.size_bytes - photo.sent_bytes, 0)
  return { mutations: (await database.countUnsent()).mutations, photos: photos.length, bytes }
}

async function hasFormer(phone: Phone): Promise<boolean> {
  return Object.keys(await told(phone)).length > 1
}

async function told(phone: Phone): Promise<Told> {
  return (await phone.database.recall<Told>(KEY)) ?? {}
}

/** Remember what a push has told. A phone that is too full to remember tells it once more. */
export async function noteTold(phone: Phone, device_id: Id, waiting: Waiting): Promise<void> {
  try {
    const before = await told(phone)
    if (!isSame(before[device_id], waiting)) await phone.database.remember(KEY, { ...before, [device_id]: waiting })
  } catch (error) {
    if (!(error instanceof StorageFull)) throw error
  }
}

/**
 * Send an empty push for each device of which the server believes something else than is true; return how many.
 * Without it the server learns of the last photo only with the next record. Errors: as push.
 */
export async function tellWaiting(phone: Phone): Promise<number> {
  let sent = 0
  for (const [device, before] of Object.entries(await told(phone))) {
    const waiting = await waitingOf(phone, device)
    if (isSame(before, waiting)) continue
    const sent_at = new Date(phone.clock.now()).toISOString()
    const json: PushBody = { device, rulebook: phone.rulebook, sent_at, waiting, mutations: [] }
    await askJson<PushAnswer>(phone, { method: 'POST', path: '/api/sync/push', json }, ({ receipts }) => Array.isArray(receipts))
    await noteTold(phone, device, waiting)
    sent += 1
  }
  return sent
}

function isSame(one: Waiting | undefined, other: Waiting): boolean {
  return one?.mutations === other.mutations && one.photos === other.photos && one.bytes === other.bytes
}
