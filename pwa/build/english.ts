/** Put all English sentences into one file of a build, so that whoever reads Chinese never loads them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const PARTS = /^(?<head>[\s\S]*?\n {2}zh: \{\n[\s\S]*?\n {2}\},\n) {2}en: (?<english>\{\n[\s\S]*?\n {2}\}),\n\}\)\n$/
const NAME = /\/words\/([\w-]+)\.ts$/

/** Return a dictionary's source up to its English side, and that side alone. Errors: when it is written in another form. */
export function parted(source: string, name: string): { head: string; english: string } {
  const found = PARTS.exec(source)?.groups
  if (!found?.head || !found.english) throw new Error(`src/words/${name}.ts: write \`zh: {…}\` and then \`en: {…}\`, each on lines of its own`)
  return { head: found.head, english: found.english }
}

/** `words/<name>.ts` keeps its Chinese side and asks `words/english.ts`, which holds the English sides of all, for the other. */
export function englishApart(folder: string): Plugin {
  return {
    name: 'gridwalk-english-apart',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      const name = NAME.exec(id)?.[1]
      if (name === 'english') return allEnglish(folder)
      if (!name || !isDictionary(code)) return undefined
      const { head } = parted(code, name)
      return `import { englishOf } from './dictionary'\n${head}  get en() { return englishOf('${name}') },\n})\n`
    },
  }
}

function allEnglish(folder: string): string {
  const names = readdirSync(folder).map((file) => /^([\w-]+)\.ts$/.exec(file)?.[1] ?? '')
  const sources = names.filter(Boolean).map((name) => ({ name, source: readFileSync(join(folder, `${name}.ts`), 'utf8') }))
  const sides = sources
    .filter(({ source }) => isDictionary(source))
    .map(({ name, source }) => `'${name}': ${parted(source, name).english}`)
  return `export const english = {${sides.join(',\n')}}\n`
}

function isDictionary(source: string): boolean {
  return source.includes('export default dictionary({')
}
