/** Ask again from time to time for what the server tells nobody of: what devices say they hold changes no record. */
import { onScopeDispose } from 'vue'

/** Run an action every so often while the page is in front. */
export function useEvery(every_ms: number, action: () => void): void {
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') action()
  }, every_ms)
  onScopeDispose(() => clearInterval(timer))
}
