/** Build src/sw.ts after the app, with the list of the app's own files written into it. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build, type Plugin } from 'vite'
import { isMapFile, isShellFile } from '../src/to-cache.ts'

type ShellFile = { url: string; revision: string | null; integrity: string }

export function serviceWorker(options: { target: string[]; source: string }): Plugin {
  let folder = ''
  return {
    name: 'gridwalk-service-worker',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: () => buildWorker({ ...options, folder }),
    },
  }
}

/**
 * Return every file that the phone must hold to open offline; a hashed name needs no revision. The browser refuses a file
 * with another hash, so that a captive portal's page never takes the place of the app: the version that stands stays.
 */
export function shellFiles(folder: string, isWanted = isShellFile): ShellFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return paths
    .filter(isWanted)
    .sort()
    .map((path) => ({ path, hash: createHash('sha256').update(readFileSync(join(folder, path))) }))
    .map(({ path, hash }) => ({ path, hex: hash.copy().digest('hex').slice(0, 16), integrity: `sha256-${hash.digest('base64')}` }))
    .map(({ path, hex, integrity }) => ({ url: `/${path}`, revision: path.startsWith('assets/') ? null : hex, integrity }))
}

/** Build the worker and what it imports, each as one classic script: Safari 15.4 knows no modules in a service worker. */
async function buildWorker(where: { target: string[]; source: string; folder: string }): Promise<void> {
  await buildScript(where, 'outbox-worker')
  await buildScript(where, 'sw')
}

async function buildScript({ target, source, folder }: { target: string[]; source: string; folder: string }, name: string): Promise<void> {
  await build({
    configFile: false,
    resolve: { alias: { dexie: 'dexie/dist/modern/dexie.mjs' } },
    publicDir: false,
    logLevel: 'warn',
    define: { __SHELL_FILES__: JSON.stringify(shellFiles(folder)), __MAP_FILES__: JSON.stringify(shellFiles(folder, isMapFile)), 'process.env.NODE_ENV': '"production"' },
    build: {
      target,
      outDir: folder,
      emptyOutDir: false,
      modulePreload: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: join(source, `${name}.ts`),
        output: { entryFileNames: `${name}.js`, format: 'iife' },
        // A classic script has none, and what is loaded later in a page lies in the one file here.
        transform: { define: { 'import.meta': '{}' } },
      },
    },
  })
}
