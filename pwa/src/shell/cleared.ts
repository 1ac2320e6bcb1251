/** Say what the browser took with it when it cleared the storage under an open page: exactly what was lost, never that all is there. */
import { speak } from '@/words/dictionary'
import shellWords from '@/words/shell'
import { lost } from './waiting'

const t = speak(shellWords)

/** Return the words; null while nothing was cleared. */
export function sayCleared(): string | null {
  if (!lost.value) return null
  const { records, photos } = lost.value
  return records + photos ? t('cleared_lost', { records, photos }) : t('cleared_none')
}
