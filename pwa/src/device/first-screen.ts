/** Know when the first screen is drawn: whatever can wait for it waits, so that it comes sooner. */

/** A screen that never says it is drawn holds nothing up for longer. */
const PATIENCE_MS = 3_000
let say: () => void = () => undefined

/** Resolves once the first screen of this page is drawn. */
export const firstScreen = new Promise<void>((resolve) => {
  say = resolve
  setTimeout(resolve, PATIENCE_MS)
})

/** The first screen shows what it is for; called again it does nothing. Resolves waiting work after the browser has painted. */
export function drawn(): void {
  requestAnimationFrame(() => setTimeout(say))
}
