import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { compressedCopies } from './build/compressed-copies.ts'
import { englishApart } from './build/english.ts'
import { leanBoot } from './build/lean-boot.ts'
import { rulebookByTable } from './build/rulebook.ts'
import { serviceWorker } from './build/service-worker.ts'

/** The oldest engines that have what the code calls without a polyfill: Object.hasOwn, .at(), crypto.randomUUID. */
const target = ['chrome93', 'safari15.4']
const source = fileURLToPath(new URL('./src', import.meta.url))
/** The server's address while developing; the built app is served by the server itself. */
const server = process.env.GRIDWALK_DEV_SERVER ?? 'http://127.0.0.1:8000'

/** A lazy screen's chunk is called after its folder; every screen's file is called screen.vue. */
function chunkName(chunk: { name: string; facadeModuleId?: string | null }): string {
  const folder = /\/screens\/([\w-]+)\/screen\.vue/.exec(chunk.facadeModuleId ?? '')?.[1]
  return `assets/${folder ?? chunk.name}-[hash:7].js`
}

export default defineConfig(({ command }) => ({
  plugins: [
    vue({ features: { optionsAPI: false } }),
    rulebookByTable(`${source}/core/rulebook.json`),
    englishApart(`${source}/words`),
    leanBoot('boot.js', 'boot-words.js'),
    serviceWorker({ target, source }),
    compressedCopies(),
  ],
  define: { __GALLERY__: JSON.stringify(command === 'serve' || process.env.GRIDWALK_GALLERY === 'yes') },
  // Dexie's own entry is its build for browsers of 2015.
  resolve: { alias: { '@': source, dexie: 'dexie/dist/modern/dexie.mjs' } },
  worker: { format: 'es' },
  build: {
    target,
    manifest: false,
    // Without the polyfill an old Safari reads the one file behind the first a little later; nothing else changes.
    modulePreload: { polyfill: false },
    // Fonts and pictures stay files: a data: URL would be parsed with the style on every start.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        chunkFileNames: chunkName,
        // The first file names all others: each letter less counts before the first screen.
        assetFileNames: 'assets/[name]-[hash:5][extname]',
        codeSplitting: {
          groups: [
            { name: 'map', test: /node_modules[\\/](maplibre-gl|@maplibre|@mapbox)[\\/]/, priority: 3 },
            { name: 'pmtiles', test: /node_modules[\\/](pmtiles|fflate)[\\/]/, priority: 3 },
            { name: 'vendor', test: /node_modules[\\/]/, priority: 2 },
            // Small pieces that several screens share: the first file names each chunk, and each name counts.
            { name: 'asking', test: /src[\\/](shell[\\/](left-out|edition)|screens[\\/](office[\\/]use-answer|outbox[\\/]size-word))\.ts$/ },
            { name: 'office', test: /src[\\/]screens[\\/]office[\\/](use-(fetching|deciding|every|sending)|reasons|pages)\.ts$/ },
            // What the first screen needs comes in one file: it compresses better than its pieces, and none waits for another.
            { name: 'first', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/health': server } },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'build/**/*.test.ts'], setupFiles: ['build/test-setup.ts'] },
}))
