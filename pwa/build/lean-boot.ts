/** Take comments and indentation out of the boot scripts of a build; nothing else, so that they stay plain ES5. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Return the script without leading spaces and without the comments that have lines of their own: a text never begins a line. */
export function lean(script: string): string {
  return script.replace(/^\s*\/\*[\s\S]*?\*\/$/gm, '').replace(/^\s+/gm, '')
}

export function leanBoot(...names: string[]): Plugin {
  let folder = ''
  return {
    name: 'gridwalk-lean-boot',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const path of names.map((name) => join(folder, name))) writeFileSync(path, lean(readFileSync(path, 'utf8')))
      },
    },
  }
}
