/** What the service worker keeps on the phone: the shell before it is needed, the map's files after first use, nothing of the server's answers. */

/** Whether a built file belongs to the shell that is stored when the worker installs. The map is 1.5 MB and comes on first use. */
export function isShellFile(path: string): boolean {
  if (/^assets\/(map|maplibre)[-.]/.test(path)) return false
  if (path === 'sw.js') return false
  return /\.(js|mjs|css|html|png|svg|webmanifest)$/.test(path)
}

/** Whether a request that the shell did not answer may be kept for good: a file whose name holds its hash never changes. */
export function isHashedAsset(method: string, pathname: string): boolean {
  return method === 'GET' && /^\/assets\/[^/]+-[\w-]{8}\.(js|mjs|css)$/.test(pathname)
}

/** Addresses of the server that must never be answered with the app's page. */
export const serverAddresses = [/^\/api\//, /^\/health\//, /^\/metrics$/, /^\/problems\//, /^\/assets\//]
