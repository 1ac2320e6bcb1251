/** Keep the pictures of a visit in the albums of its form: before, after, and the notice on the door. */
import { type Ref, watch } from 'vue'
import { type Album, albumsOf, type FindingForm, type VisitForm } from '@/core/visit-form'
import type { Photos } from './use-photos'

export function useAlbums(form: Readonly<Ref<VisitForm | null>>, photos: Photos, findingForm: (item_id: string) => FindingForm, settled: () => Promise<void>) {
  /** The pictures of an album, as the form names them. */
  function album(of: Album): string[] {
    const own = form.value as VisitForm
    return of.role === 'notice' ? own.notice_photos : findingForm(of.item_id)[of.role]
  }
  function cameraFor(of: Album): void {
    ;(form.value as VisitForm).camera = of
    photos.opens()
  }
  /** Keep what the camera brought and look at the last of it. */
  async function took(of: Album, files: Blob[]): Promise<void> {
    const names = (await photos.keep(files)).filter((name) => !album(of).includes(name))
    album(of).push(...names)
    const last = names.at(-1)
    const own = form.value as VisitForm
    own.camera = null
    if (last) own.reviewed = { album: of, sha256: last }
  }
  async function drop(of: Album, sha256: string): Promise<void> {
    const names = album(of)
    names.splice(names.indexOf(sha256), 1)
    ;(form.value as VisitForm).reviewed = null
    await settled()
    await photos.discard(sha256)
  }
  // A picture that was kept in the moment in which the browser ended belongs to the album its camera was open for.
  const stray = watch([form, photos.kept], () => {
    const [own, kept] = [form.value, photos.kept.value]
    if (!own || !kept || photos.processing.value) return
    const named = new Set(albumsOf(own).flat())
    const strays = [...kept.values()].filter(({ photo }) => !named.has(photo.sha256) && !photo.redacts).map(({ photo }) => photo.sha256)
    if (own.camera && strays.length) album(own.camera).push(...strays)
    stray()
  })

  return { album, cameraFor, took, drop }
}
