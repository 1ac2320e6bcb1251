/** Take, keep and show the photos of an unfinished form: each is on the phone before anything else happens to it. */
import { computed, ref, watch } from 'vue'
import type { Id, Leaves, Sha256 } from '@/core/types'
import { PhotoError, processPhoto } from '@/device/camera'
import { fixAtHand } from '@/device/position'
import { surviving } from '@/device/storage'
import { noteRoom, noteWrite } from '@/device/storage-state'
import type { StripPhoto } from '@/parts/photo-strip.vue'
import { noteRedaction } from '@/device/redactions'
import { useCamera } from '@/screens/photo/use-camera'
import { useLive } from '@/shell/live'
import { plain } from '@/shell/drafts'
import { here } from '@/sync/here'

/** Which photos the form names, and how it ceases to name some. */
export type Named = { names: () => Sha256[]; forget: (gone: ReadonlySet<Sha256>) => void }

export function usePhotos(draft_id: () => Id, settled: () => Promise<void>, named: Named) {
  const processing = ref(0)
  const problem = ref<PhotoError['problem'] | 'not_kept' | 'cleared' | null>(null)
  const camera = useCamera(settled)
  const live = useLive(
    async (database) => {
      const photos = await database.photos.where('draft_ids').equals(draft_id()).toArray()
      const thumbs = await database.photo_thumbs.bulkGet(photos.map((photo) => photo.sha256))
      return new Map(photos.map((photo, index) => [photo.sha256, { photo, thumb: thumbs[index]?.bytes ?? null }]))
    },
    draft_id,
  )
  const kept = computed(() => live.value.value)

  // What the browser cleared away is named no more: the server would wait for it for ever.
  watch([kept, () => here.is_cleared, () => named.names().join()], async () => {
    const [names, { database }] = [named.names(), here]
    // Once cleared, what was read before says nothing.
    if (!database || !kept.value || (!here.is_cleared && names.every((name) => kept.value?.has(name)))) return
    const found = await surviving(database, () => database.photos.bulkGet(names))
    const gone = new Set(names.filter((_, index) => !found[index]))
    if (!gone.size) return
    problem.value = 'cleared'
    named.forget(gone)
  })

  /** A tap on a camera: what went wrong before is over. */
  function opens(): void {
    problem.value = null
  }

  /** Keep the pictures and return their names; what cannot be read is told in `problem`. */
  async function keep(files: Blob[]): Promise<Sha256[]> {
    const names: Sha256[] = []
    for (const file of files) {
      processing.value += 1
      try {
        names.push(await keepOne(file))
      } catch (error) {
        problem.value = error instanceof PhotoError ? error.problem : 'not_kept'
      } finally {
        processing.value -= 1
      }
    }
    return names
  }

  async function keepOne(file: Blob): Promise<Sha256> {
    const taken_at = new Date().toISOString()
    // A copy: no database stores what a screen watches.
    const fix = plain(fixAtHand())
    const { bytes, thumb, sha256, perceptual } = await processPhoto(file)
    if (!here.database) throw new Error('nobody is signed in')
    try {
      await here.database.keepPhoto({ sha256, size_bytes: bytes.byteLength, mime: 'image/jpeg', taken_at, fix, perceptual, bytes, thumb }, draft_id())
      noteWrite()
    } catch (error) {
      noteWrite(error)
      throw error
    } finally {
      void noteRoom(here.database)
    }
    return sha256
  }

  async function discard(sha256: Sha256): Promise<void> {
    await dropCopy(sha256)
    await here.database?.discardPhoto(sha256, draft_id())
  }

  const redactionOf = (original: Sha256) => kept.value?.get(original)?.photo.redaction ?? null
  /** Keep a copy on which parts are painted over; it leaves the house in place of its original unless the person says otherwise. */
  async function redact(original: Sha256, painted: Blob): Promise<void> {
    const whole = kept.value?.get(original)?.photo
    if (!here.database || !whole) return
    const { bytes, thumb, sha256, perceptual } = await processPhoto(painted)
    const { taken_at, fix } = plain(whole)
    await here.database.keepPhoto({ sha256, size_bytes: bytes.byteLength, mime: 'image/jpeg', taken_at, fix, redacts: original, perceptual, bytes, thumb }, draft_id())
    await dropCopy(original)
    await noteRedaction(here.database, original, { sha256, leaves: 'redacted' })
  }
  async function chooseLeaving(original: Sha256, leaves: Leaves): Promise<void> {
    const redaction = redactionOf(original)
    if (here.database && redaction) await noteRedaction(here.database, original, { sha256: redaction.sha256, leaves })
  }
  async function dropCopy(original: Sha256): Promise<void> {
    const redaction = redactionOf(original)
    if (!here.database || !redaction) return
    await noteRedaction(here.database, original, null)
    await here.database.discardPhoto(redaction.sha256, draft_id())
  }

  function strip(hashes: readonly Sha256[], busy: boolean): StripPhoto[] {
    const shown: StripPhoto[] = hashes.map((id) => ({ id, thumb: kept.value?.get(id)?.thumb ?? null, state: 'saved' }))
    return busy && processing.value ? [...shown, { id: 'processing', state: 'processing' }] : shown
  }

  return { kept, processing, problem, ...camera, opens, keep, discard, redactionOf, redact, chooseLeaving, dropCopy, strip }
}
export type Photos = ReturnType<typeof usePhotos>
