/** Build the app once more into the given folder, as the release after this one: the same, but for its version. */
import { build, loadConfigFromFile } from 'vite'

const folder = process.argv[2]
const { config } = await loadConfigFromFile({ command: 'build', mode: 'production' })
// Compressed copies take most of a build's time and change nothing that a browser runs.
const plugins = config.plugins.flat(3).filter((plugin) => plugin && plugin.name !== 'gridwalk-compressed-copies')
const nextVersion = {
  name: 'next-version',
  enforce: 'pre',
  transform: (code, id) => (id.endsWith('/pwa/package.json') ? code.replace(/("version": ")[^"]*/, '$1next') : undefined),
}
await build({
  ...config,
  configFile: false,
  logLevel: 'error',
  plugins: [nextVersion, ...plugins],
  build: { ...config.build, outDir: folder, emptyOutDir: true },
})
