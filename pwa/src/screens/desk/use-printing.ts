/** Tell while the page is being printed: the browser says so, however somebody came to print it. */
import { onBeforeUnmount, onMounted, ref } from 'vue'

export function usePrinting() {
  const isPrinting = ref(false)
  const begin = () => {
    isPrinting.value = true
    document.documentElement.dataset.printing = 'desk'
  }
  const end = () => {
    isPrinting.value = false
    delete document.documentElement.dataset.printing
  }
  onMounted(() => {
    addEventListener('beforeprint', begin)
    addEventListener('afterprint', end)
  })
  onBeforeUnmount(() => {
    removeEventListener('beforeprint', begin)
    removeEventListener('afterprint', end)
  })
  return isPrinting
}
