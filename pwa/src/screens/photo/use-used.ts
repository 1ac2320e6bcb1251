/** Compare a photo with those that this phone knows, and say where it was used before. */
import { computed } from 'vue'
import { type UsedBefore, usedBefore } from '@/core/used-before'
import type { Id, PhotoRole, Sha256 } from '@/core/types'
import { useLive } from '@/shell/live'

export type ShotOf = { sha256: Sha256; role: PhotoRole; place: Id; befores: Sha256[] }

/** Return the earlier use of the photo that is looked at, or null; undefined while the phone is still looking. */
export function useUsed(shot: () => ShotOf | null) {
  const live = useLive(
    async (database): Promise<UsedBefore | null> => {
      const of = shot()
      if (!of) return null
      const [photos, mutations, hazards] = await Promise.all([database.photos.toArray(), database.mutations.toArray(), database.hazard.toArray()])
      const perceptual = photos.find((photo) => photo.sha256 === of.sha256)?.perceptual
      return usedBefore({ ...of, perceptual }, { photos, mutations, hazards })
    },
    () => JSON.stringify(shot()),
  )
  return computed(() => live.value.value)
}
