/** Keep the app's files on the phone, several at a time: one after the other, each would wait for a whole round trip. */
/// <reference lib="webworker" />
import { PrecacheController } from 'workbox-precaching'

/** As many as a browser asks of one server over HTTP/1.1. */
const AT_ONCE = 6

export class Precache extends PrecacheController {
  /** Keep every file that is not here yet. Errors: whatever one file meets; what came before stays, and the next try goes on from there. */
  override install(event: ExtendableEvent): Promise<{ updatedURLs: string[]; notUpdatedURLs: string[] }> {
    const files = [...this.getURLsToCacheKeys()].reverse()
    const lane = async (): Promise<void> => {
      for (let file = files.pop(); file; file = files.pop()) await this.#keep(event, ...file)
    }
    const kept = Promise.all(Array.from({ length: AT_ONCE }, lane)).then(() => ({ updatedURLs: [], notUpdatedURLs: [] }))
    event.waitUntil(kept)
    return kept
  }

  async #keep(event: ExtendableEvent, url: string, cacheKey: string): Promise<void> {
    const integrity = this.getIntegrityForCacheKey(cacheKey) ?? ''
    // A name without a hash may lie in the browser's own cache with what it held before.
    const cache = cacheKey === url ? 'default' : 'reload'
    const request = new Request(url, { integrity, cache, credentials: 'same-origin' })
    await Promise.all(this.strategy.handleAll({ event, request, params: { cacheKey } }))
  }
}
