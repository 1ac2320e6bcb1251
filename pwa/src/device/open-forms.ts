/** Know whether a form is open on this page, so that no newer version of the app takes the page away under it. */
import { ref } from 'vue'

export const openForms = ref(0)

/** Note that a form is open; the returned function notes once that it is not any more. */
export function formOpened(): () => void {
  openForms.value += 1
  let open = true
  return () => {
    if (open) openForms.value -= 1
    open = false
  }
}
