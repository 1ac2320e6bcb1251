/** Say each sentence in the person's language; the compiler checks that both languages have the same sentences. */
import { shallowRef, watch } from 'vue'
import { preferences } from '../device/preferences'

type Sentences = Record<string, string>
export type Dictionary<Zh extends Sentences> = { zh: Zh; en: Record<keyof Zh, string> }
type Blanks<Sentence> = Sentence extends `${string}{${infer Blank}}${infer Rest}` ? Blank | Blanks<Rest> : never
type Fillings<Sentence> = [Blanks<Sentence>] extends [never] ? [] : [Record<Blanks<Sentence>, string | number>]

/** Return the dictionary itself; the English side must name the same sentences, no more and no fewer. */
export function dictionary<const Zh extends Sentences>(both: { zh: Zh; en: Record<keyof NoInfer<Zh>, string> }): Dictionary<Zh> {
  return both
}

const english = shallowRef<Record<string, Sentences>>()

/** Return a dictionary's English side in a build, once it is there: build/english.ts makes dictionaries ask for it. */
export function englishOf(name: string): Sentences | undefined {
  return english.value?.[name]
}

/** Fetch the English sentences as soon as somebody wants them; resolves when the first screen can be drawn in the person's language. */
export async function followLanguage(): Promise<void> {
  const fetchEnglish = async () => {
    if (preferences.language !== 'en' || english.value) return
    try {
      english.value = (await import('./english')).english
    } catch {
      // A file that cannot be had must not keep the app from opening: it speaks Chinese, and tries at the next change.
    }
  }
  watch(() => preferences.language, fetchEnglish)
  await fetchEnglish()
}

/** Return `t(key, blanks)` for one dictionary. It reads the language when called, so that a template follows a change at once. */
export function speak<Zh extends Sentences>(words: Dictionary<Zh>) {
  return <Key extends keyof Zh & string>(key: Key, ...fillings: Fillings<Zh[Key]>): string =>
    fill((words[preferences.language] ?? words.zh)[key], (fillings[0] ?? {}) as Record<string, string | number>)
}

/** Fill `{count}`, and choose by number in `{count:record|records}`. */
export function fill(sentence: string, blanks: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = blanks[name]
    if (value === undefined) return whole
    if (one === undefined) return String(value)
    return (Number(value) === 1 ? one : many) ?? ''
  })
}
