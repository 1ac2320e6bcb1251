/** Serve the app's files without a network; never touch what is sent to the server. */
/// <reference lib="webworker" />
import { ExpirationPlugin } from 'workbox-expiration'
import { cleanupOutdatedCaches, PrecacheRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { CacheFirst } from 'workbox-strategies'
import { keyKeeper } from './device/handover'
import { Precache } from './precache'
import { isHashedAsset, isMapFile, isWhatItsNameSays, serverAddresses } from './to-cache'

declare const self: ServiceWorkerGlobalScope
type BuiltFile = { url: string; revision: string | null; integrity: string }
declare const __SHELL_FILES__: BuiltFile[]
declare const __MAP_FILES__: BuiltFile[]

const LAZY = 'gridwalk-lazy-assets'

const shell = new Precache()
shell.precache(__SHELL_FILES__)
registerRoute(new PrecacheRoute(shell))
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(shell.createHandlerBoundToURL('/index.html'), { denylist: serverAddresses }))
registerRoute(
  ({ request, url, sameOrigin }) => sameOrigin && isHashedAsset(request.method, url.pathname),
  new CacheFirst({
    cacheName: LAZY,
    plugins: [
      { cacheWillUpdate: async ({ request, response }) => (isWhatItsNameSays(new URL(request.url).pathname, response) ? response : null) },
      new ExpirationPlugin({ maxEntries: 24 }),
    ],
  }),
)

/** Fetch what the map needs and is not here yet, and drop that of former versions: then it opens without a network, the first time too. */
async function keepMap(): Promise<void> {
  const cache = await caches.open(LAZY)
  for (const { url: former } of await cache.keys()) {
    const { pathname } = new URL(former)
    if (isMapFile(pathname.slice(1)) && !__MAP_FILES__.some(({ url }) => url === pathname)) await cache.delete(former)
  }
  for (const { url, integrity } of __MAP_FILES__) {
    if (await cache.match(url)) continue
    const answer = await fetch(new Request(url, { integrity, credentials: 'same-origin' }))
    if (isWhatItsNameSays(url, answer)) await cache.put(url, answer)
  }
}

const keepKey = keyKeeper(() => Date.now())

// A new version waits until the person taps "update": taking over by itself could pull the code from under an open form.
self.addEventListener('message', (event) => {
  if ((event.data as { type?: string } | null)?.type === 'take-over') void self.skipWaiting()
  const { type, url } = (event.data ?? {}) as { type?: string; url?: string }
  if (type === 'keeps' && url) event.ports[0]?.postMessage(shell.getCacheKeyForURL(url) !== undefined)
  // Without the network it is asked for again after the next pull.
  if ((event.data as { type?: string } | null)?.type === 'keep-map') event.waitUntil(keepMap().catch(() => undefined))
  keepKey(event.data, (said) => event.ports[0]?.postMessage(said))
})

// A file of its own: a worker starts before every first screen, and is not to read the database's code each time.
const OUTBOX = '/outbox-worker.js'
type Outbox = { drainOutbox?: () => Promise<number> }

/** Send once; the browser tries again later when this throws. A page in front sends by itself. */
async function drainWithoutPage(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' })
  if (pages.some((page) => page.visibilityState === 'visible')) return
  const outbox = self as Outbox
  if (!outbox.drainOutbox) importScripts(OUTBOX)
  if (await outbox.drainOutbox?.()) throw new Error('records still wait')
}

// What a worker imports while it is installed is kept with it, and is there without a network.
self.addEventListener('install', () => importScripts(OUTBOX))
self.addEventListener('sync', (event) => {
  const asked = event as ExtendableEvent & { tag: string }
  if (asked.tag === 'outbox') asked.waitUntil(drainWithoutPage())
})
// The first worker takes the open page at once, so that the very first visit already works offline.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
