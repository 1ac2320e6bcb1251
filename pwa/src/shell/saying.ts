/** Say refusals, failures and labels of the rulebook in the person's language. */
import type { Bilingual, Problem } from '@/core/types'
import { NotSignedIn, Refusal, Unanswered } from '@/device/no-answer'
import { preferences } from '@/device/preferences'
import { StorageCleared, StorageFull, StorageUnavailable } from '@/device/storage'
import { speak } from '@/words/dictionary'
import shellWords from '@/words/shell'

const t = speak(shellWords)

export type Said = { title: string; detail: string }

/** Return the words in the chosen language. */
export function say(words: Bilingual): string {
  return words[preferences.language]
}

/** Return a refusal as it is worded for the person, with what to do next. */
export function sayProblem(problem: Problem): Said {
  const chinese = preferences.language === 'zh'
  return {
    title: (chinese && problem.title_zh) || problem.title,
    detail: (chinese && problem.detail_zh) || problem.detail,
  }
}

/** Return what to show of anything that was thrown: by the server, by the network, by the phone's storage. */
export function sayFailure(error: unknown): Said {
  if (error instanceof Refusal) return sayProblem(error.problem)
  if (error instanceof NotSignedIn)
    return error.problem ? sayProblem(error.problem) : { title: t('signed_out'), detail: t('signed_out_next') }
  if (error instanceof StorageFull || error instanceof StorageUnavailable || error instanceof StorageCleared)
    return { title: say(error.words), detail: '' }
  if (error instanceof Unanswered) return sayUnanswered(error)
  return { title: t('fault'), detail: t('fault_next') }
}

function sayUnanswered(error: Unanswered): Said {
  if (error.status === 429)
    return { title: t('too_often'), detail: t('too_often_next', { seconds: Math.ceil(error.retry_after_ms / 1000) || 60 }) }
  if (error.reason === 'not-the-server') return { title: t('not_the_server'), detail: t('not_the_server_next') }
  if (error.status >= 500) return { title: t('server_trouble'), detail: t('server_trouble_next') }
  return { title: t('no_network'), detail: t('no_network_next') }
}
