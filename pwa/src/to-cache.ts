/** What the service worker keeps on the phone: the shell before it is needed, the map's files in idle time after it, nothing of the server's answers. */

/** The map's library weighs as much as all else: it comes in idle time after the first pull, or on first use. */
export const isMapFile = (path: string): boolean => /^assets\/(map|maplibre)[\w-]*\.(js|mjs|css)$/.test(path) && !isShellFile(path)

/** Whether a built file belongs to the shell that is stored when the worker installs. */
export function isShellFile(path: string): boolean {
  if (/^assets\/(map|maplibre)[-.]/.test(path)) return false
  if (path === 'sw.js' || path === 'outbox-worker.js') return false
  return /\.(js|mjs|css|html|png|svg|webmanifest)$/.test(path)
}

/** Whether a request that the shell did not answer may be kept for good: a file whose name holds its hash never changes. */
export function isHashedAsset(method: string, pathname: string): boolean {
  return method === 'GET' && /^\/assets\/[^/]+-[\w-]{5,8}\.(js|mjs|css)$/.test(pathname)
}

type Answer = { status: number; headers: { get(name: string): string | null } }

/** Whether an answer may be kept under such a name: a captive portal answers every request with its page, and says 200. */
export function isWhatItsNameSays(pathname: string, { status, headers }: Answer): boolean {
  const kind = headers.get('Content-Type') ?? ''
  return status === 200 && (pathname.endsWith('.css') ? /^text\/css\b/i : /javascript\b/i).test(kind)
}

/** Addresses of the server that must never be answered with the app's page. */
export const serverAddresses = [/^\/api\//, /^\/health\//, /^\/metrics$/, /^\/problems\//, /^\/assets\//]
