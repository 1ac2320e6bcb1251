/** Make what a checklist calls a hazard into chips to tap: one for each thing that can be seen. */
import type { Item, Option } from './checklist'
import type { Answer, Bilingual } from './types'

export type Chip = { value: string; label: Bilingual }

/** A place before the first 、 belongs to everything behind it: 在卧室、密闭房间燃煤烧炭 is one thing. */
const ONE_THING = /^[^、]*(在|朝|向)[^、]*、|、[^、]*等/

function split(text: string, between: RegExp): string[] {
  return text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function chineseParts(text: string): string[] {
  const sentences = split(text, /[；，]/).map((part) => part.replace(/^或/, ''))
  return sentences.flatMap((part) => (ONE_THING.test(part) || /（[^）]*、/.test(part) ? [part] : split(part, /、/)))
}

function englishParts(text: string): string[] {
  return split(text, /[;,]/)
    .map((part) => part.replace(/^or /, ''))
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
}

function words({ zh, en }: Bilingual, language: 'zh' | 'en'): Chip[] {
  const [chinese, english] = [chineseParts(zh), englishParts(en)]
  // Records are read in Chinese wherever the two can be paired; where they count differently, the words that were tapped are kept.
  if (chinese.length === english.length) return chinese.map((value, index) => ({ value, label: { zh: value, en: english[index] ?? value } }))
  return (language === 'zh' ? chinese : english).map((value) => ({ value, label: { zh: value, en: value } }))
}

const chosen = (item: Item, answer: Answer | undefined): Option[] =>
  (item.options ?? []).filter(({ value, result }) => result === 'hazard' && (Array.isArray(answer) ? answer.includes(value) : answer === value))

/** Return the chips of a hazardous answer: the checklist's own words, the options taken, or the number measured. */
export function chipsOf(item: Item, answer: Answer | undefined, language: 'zh' | 'en'): Chip[] {
  if (item.type === 'choice' || item.type === 'multi_choice') {
    return chosen(item, answer).map(({ zh, en }) => ({ value: zh, label: { zh, en } }))
  }
  if (typeof answer === 'number') {
    const label = { zh: `${item.zh} ${answer} ${item.unit ?? ''}`.trim(), en: `${item.en} ${answer} ${item.unit_en ?? ''}`.trim() }
    return [{ value: label.zh, label }]
  }
  return item.hazard_when ? words(item.hazard_when, language) : []
}

/** Are the chips of this answer the answer itself, so that they are chosen already? */
export function isSaidByAnswer(item: Item): boolean {
  return item.type !== 'check'
}
