/** Make each table of the rulebook a module of its own, so that a screen loads the tables it reads and no others. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const book = '\0rulebook'

/** `import { steps } from '@/core/rulebook.json'` comes to mean one small module; there is no default import of them all. */
export function rulebookByTable(file: string): Plugin {
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  return {
    name: 'gridwalk-rulebook-by-table',
    enforce: 'pre',
    resolveId(id) {
      if (id.startsWith(book)) return { id, moduleSideEffects: false }
      return /\/core\/rulebook\.json$|^\.\/rulebook\.json$/.test(id) ? { id: book, moduleSideEffects: false } : undefined
    },
    load(id) {
      if (!id.startsWith(book)) return undefined
      this.addWatchFile(file)
      const tables = read()
      const table = id.slice(book.length + 1)
      if (table) return `export default ${JSON.stringify(tables[table])}`
      return Object.keys(tables)
        .map((name) => `export { default as ${name} } from '${book}/${name}'`)
        .join('\n')
    },
  }
}
