/** Find the pictures that are on this phone: photos as they were taken, and small ones of open hazards to be looked at offline. */
import type { Sha256 } from '../core/types'
import type { Database } from './database'
import { surviving } from './storage'

export type PictureSize = 'thumb' | 'screen'
export type KeptPicture = { size: PictureSize; size_bytes: number }

/** Return the best picture of a photo that is here: as it was taken, as the server made it smaller, or its thumb. */
export async function pictureOf(database: Database, sha256: Sha256): Promise<ArrayBuffer | undefined> {
  return surviving(database, async () => {
    for (const table of [database.photo_bytes, database.pictures, database.photo_thumbs]) {
      const found = await table.get(sha256)
      if (found) return found.bytes
    }
    return undefined
  })
}

/** Return the smallest picture of a photo that is here, for lists. */
export async function thumbOf(database: Database, sha256: Sha256): Promise<ArrayBuffer | undefined> {
  return surviving(database, async () => ((await database.photo_thumbs.get(sha256)) ?? (await database.pictures.get(sha256)))?.bytes)
}

/** Keep a picture that the server made. */
export async function keepPicture(database: Database, sha256: Sha256, size: PictureSize, bytes: ArrayBuffer): Promise<void> {
  await surviving(database, () => database.pictures.put({ sha256, size, bytes }))
}

/** Return what is kept, by name. */
export async function keptPictures(database: Database): Promise<Map<Sha256, KeptPicture>> {
  const kept = new Map<Sha256, KeptPicture>()
  await surviving(database, () =>
    database.pictures.each(({ sha256, size, bytes }) => {
      kept.set(sha256, { size, size_bytes: bytes.byteLength })
    }),
  )
  return kept
}

export async function dropPictures(database: Database, hashes: Sha256[]): Promise<void> {
  await surviving(database, () => database.pictures.bulkDelete(hashes))
}
