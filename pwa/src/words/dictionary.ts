/** Say each sentence in the person's language; the compiler checks that both languages have the same sentences. */
import { preferences } from '../device/preferences'

type Sentences = Record<string, string>
export type Dictionary<Zh extends Sentences> = { zh: Zh; en: Record<keyof Zh, string> }
type Blanks<Sentence> = Sentence extends `${string}{${infer Blank}}${infer Rest}` ? Blank | Blanks<Rest> : never
type Fillings<Sentence> = [Blanks<Sentence>] extends [never] ? [] : [Record<Blanks<Sentence>, string | number>]

/** Return the dictionary itself; the English side must name the same sentences, no more and no fewer. */
export function dictionary<const Zh extends Sentences>(both: { zh: Zh; en: Record<keyof NoInfer<Zh>, string> }): Dictionary<Zh> {
  return both
}

/** Return `t(key, blanks)` for one dictionary. It reads the language when called, so that a template follows a change at once. */
export function speak<Zh extends Sentences>(words: Dictionary<Zh>) {
  return <Key extends keyof Zh & string>(key: Key, ...fillings: Fillings<Zh[Key]>): string =>
    fill(words[preferences.language][key], (fillings[0] ?? {}) as Record<string, string | number>)
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
