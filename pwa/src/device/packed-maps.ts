/** Keep a base map's file on this phone, piece by piece, so that it is there without a network; records and photos keep their room. */
import Dexie, { type Table } from 'dexie'
import type { OfferedBaseMap } from './base-maps'
import type { DatabaseOptions } from './database'
import { surviving } from './storage'
import { isFull } from './storage-state'

export const PIECE_BYTES = 1024 * 1024
/** What a map leaves free for a day's records and photos. */
export const RESERVE_BYTES = 100 * 1024 * 1024

export type PackedMap = {
  name: string
  /** Whose it is: another subdistrict's people do not see it. */
  tenant: string
  offer: OfferedBaseMap
  etag: string
  size_bytes: number
  kept_bytes: number
}
export type FetchPiece = (offset: number, length: number) => Promise<ArrayBuffer>

/** The phone has no room for the map; nothing of it was left behind. */
export class NoRoomForMap extends Error {
  override name = 'NoRoomForMap'
}

/** A piece is gone: the browser has cleared it away. */
export class PackedMapLost extends Error {
  override name = 'PackedMapLost'
}

export class PackedMaps extends Dexie {
  declare maps: Table<PackedMap, string>
  declare pieces: Table<{ name: string; number: number; bytes: ArrayBuffer }, [string, number]>

  constructor(options: DatabaseOptions = {}) {
    super('gridwalk-base-maps', options)
    this.version(1).stores({ maps: 'name', pieces: '[name+number]' })
  }

  /** Return the maps of a subdistrict that are on this phone, also those of which a part is still missing. */
  async of(tenant: string): Promise<PackedMap[]> {
    return (await surviving(this, () => this.maps.toArray())).filter((map) => map.tenant === tenant)
  }

  /**
   * Fetch what is missing of a map's file and keep it; `told` hears after each piece. What was kept of another edition
   * goes first. Broken off, what is here stays, and the next call goes on from there.
   * Errors: NoRoomForMap; whatever `fetchPiece` throws.
   */
  async pack(offer: OfferedBaseMap, tenant: string, fetchPiece: FetchPiece, told: (map: PackedMap) => void, stop?: AbortSignal): Promise<void> {
    if (!offer.file) return
    const { etag, size_bytes } = offer.file
    const before = await surviving(this, () => this.maps.get(offer.name))
    if (before?.etag !== etag || before.size_bytes !== size_bytes) await this.remove(offer.name)
    let kept_bytes = before?.etag === etag ? before.kept_bytes : 0
    await expectRoom(size_bytes - kept_bytes)
    try {
      while (kept_bytes < size_bytes && !stop?.aborted) {
        const wanted = Math.min(PIECE_BYTES, size_bytes - kept_bytes)
        const bytes = await fetchPiece(kept_bytes, wanted)
        // Whatever stands between here and the server: a short piece would move all that follow it.
        if (bytes.byteLength !== wanted) throw new Error(`a piece of ${wanted} bytes came with ${bytes.byteLength}`)
        const number = kept_bytes / PIECE_BYTES
        const map: PackedMap = { name: offer.name, tenant, offer, etag, size_bytes, kept_bytes: kept_bytes + bytes.byteLength }
        await surviving(this, () => this.transaction('rw', this.maps, this.pieces, async () => {
          await this.pieces.put({ name: offer.name, number, bytes })
          await this.maps.put(map)
        }))
        kept_bytes = map.kept_bytes
        told(map)
      }
    } catch (error) {
      if (!isFull(error) && (error as Error).name !== 'StorageFull') throw error
      await this.remove(offer.name)
      throw new NoRoomForMap()
    }
  }

  async remove(name: string): Promise<void> {
    await surviving(this, () => this.transaction('rw', this.maps, this.pieces, async () => {
      await this.maps.delete(name)
      await this.pieces.where('[name+number]').between([name, Dexie.minKey], [name, Dexie.maxKey]).delete()
    }))
  }

  /** Return a part of a packed file. Errors: PackedMapLost; the rest of the map is given up then. */
  async read(name: string, offset: number, length: number): Promise<ArrayBuffer> {
    const [first, last] = [Math.floor(offset / PIECE_BYTES), Math.floor((offset + length - 1) / PIECE_BYTES)]
    const found = await surviving(this, () => this.pieces.where('[name+number]').between([name, first], [name, last], true, true).toArray())
    if (found.length <= last - first) {
      // A reader asks for more than there is behind the end of a short file.
      const map = await surviving(this, () => this.maps.get(name))
      const end = Math.min(last, Math.ceil((map?.kept_bytes ?? 0) / PIECE_BYTES) - 1)
      if (found.length <= end - first) {
        await this.remove(name)
        throw new PackedMapLost()
      }
    }
    const whole = new Uint8Array(found.reduce((sum, piece) => sum + piece.bytes.byteLength, 0))
    let at = 0
    for (const piece of found) {
      whole.set(new Uint8Array(piece.bytes), at)
      at += piece.bytes.byteLength
    }
    const start = offset - first * PIECE_BYTES
    return whole.slice(start, start + length).buffer
  }
}

/** The browser's estimate is not believed when it says that there is room; when it says that there is none, it is. */
async function expectRoom(needed_bytes: number): Promise<void> {
  let free_bytes = Number.POSITIVE_INFINITY
  try {
    const { quota, usage } = await navigator.storage.estimate()
    if (quota !== undefined && usage !== undefined) free_bytes = quota - usage
  } catch {
    // No estimate: the writing itself will tell.
  }
  if (free_bytes < needed_bytes + RESERVE_BYTES) throw new NoRoomForMap()
}
