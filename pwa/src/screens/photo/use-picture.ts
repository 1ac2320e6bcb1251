/** Show a photo that is somewhere: on this phone as it was taken, kept here to be looked at offline, or on the server. */
import { onScopeDispose, ref, watch } from 'vue'
import type { Sha256 } from '@/core/types'
import { pictureOf } from '@/device/pictures'
import { here } from '@/sync/here'

/** Return the address of the picture for an <img>; '' while there is none, and when it is out of reach. */
export function usePicture(sha256: () => Sha256 | null | undefined) {
  const address = ref('')
  let own = ''
  function release(): void {
    if (own) URL.revokeObjectURL(own)
    own = ''
  }
  async function find(wanted: Sha256 | null | undefined): Promise<void> {
    const bytes = wanted ? await bytesOf(wanted) : undefined
    if (wanted !== sha256()) return
    release()
    if (bytes) own = URL.createObjectURL(new Blob([bytes]))
    address.value = own
  }
  watch(sha256, (wanted) => void find(wanted), { immediate: true })
  onScopeDispose(release)
  return address
}

async function bytesOf(sha256: Sha256): Promise<ArrayBuffer | undefined> {
  const here_too = here.database && (await pictureOf(here.database, sha256).catch(() => undefined))
  if (here_too) return here_too
  try {
    const answer = await fetch(`/api/photos/${sha256}?size=screen`)
    return answer.ok && answer.headers.get('content-type')?.startsWith('image/') ? await answer.arrayBuffer() : undefined
  } catch {
    return undefined
  }
}
