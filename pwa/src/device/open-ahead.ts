/** Name the databases that public/boot.js opens while the app's own files are still being read: the app then finds them open. */

/** The same key is read by public/boot.js. */
export const KEY = 'gridwalk.databases'

/** Remember which databases the next start will need; none after signing out. */
export function openAhead(names: readonly string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(names))
  } catch {
    // Without it the next start is a little slower, and that is all.
  }
}
