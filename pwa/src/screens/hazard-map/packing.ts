/** Take a base map's file along on this phone: what is here, what is being fetched, and how that ends in words; it goes on while other screens are open. */
import { reactive, readonly } from 'vue'
import { filePart, type OfferedBaseMap } from '@/device/base-maps'
import { type PackedMap, PackedMaps } from '@/device/packed-maps'
import { askToPersist } from '@/device/storage-state'
import { here } from '@/sync/here'

/** `other_edition`: the list of maps has just been asked for again, and the next try is for the new one. */
export type Ending = 'no_room' | 'other_edition' | 'broken_off'
const maps = new PackedMaps()
const now = reactive({ packed: {} as Record<string, PackedMap>, under_way: '', endings: {} as Record<string, Ending | undefined> })
/** `packed`: by name, also what is only partly here. `under_way`: the name of the map that is being fetched. */
export const packing = readonly(now)
let stop: AbortController | null = null

const tenant = () => here.me?.tenant.code ?? ''

/** Look what is on this phone; where the browser lets nothing be stored, nothing is. */
export async function lookIntoPacked(): Promise<void> {
  try {
    now.packed = Object.fromEntries((await maps.of(tenant())).map((map) => [map.name, map]))
  } catch {
    now.packed = {}
  }
}

export async function pack(offer: OfferedBaseMap): Promise<void> {
  const { file } = offer
  if (!file || now.under_way) return
  stop = new AbortController()
  now.under_way = offer.name
  now.endings[offer.name] = undefined
  const { signal } = stop
  try {
    await askToPersist()
    await maps.pack(offer, tenant(), (offset, length) => filePart(file, offset, length, signal), (map) => { now.packed[map.name] = map }, signal)
  } catch (error) {
    if (!signal.aborted) now.endings[offer.name] = endingOf(error)
  } finally {
    now.under_way = ''
    await lookIntoPacked()
  }
}

function endingOf(error: unknown): Ending {
  const { name } = error as Error
  return name === 'NoRoomForMap' ? 'no_room' : name === 'OtherEdition' ? 'other_edition' : 'broken_off'
}

export function stopPacking(): void {
  stop?.abort()
}

export async function unpack(name: string): Promise<void> {
  if (now.under_way === name) stopPacking()
  now.endings[name] = undefined
  await maps.remove(name)
  await lookIntoPacked()
}

/** Return a part of a packed file; one that the browser has cleared away is no longer listed. */
export async function packedPart(name: string, offset: number, length: number): Promise<ArrayBuffer> {
  try {
    return await maps.read(name, offset, length)
  } catch (error) {
    await lookIntoPacked()
    throw error
  }
}

/** Is all of it here? */
export function isWhole(map: PackedMap | undefined): map is PackedMap {
  return map !== undefined && map.kept_bytes === map.size_bytes
}
