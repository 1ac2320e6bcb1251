import { expect, test } from 'vitest'
import { isHashedAsset, isMapFile, isShellFile, isWhatItsNameSays, serverAddresses } from './to-cache'

test.each([
  'index.html',
  'boot.js',
  'boot-words.js',
  'manifest.webmanifest',
  'icons/icon-192.png',
  'assets/index-C23XiBMD.css',
  'assets/hazard-map-C23XiBMD.js',
])('the shell holds %s', (path) => expect(isShellFile(path)).toBe(true))

test.each([
  'assets/map-C23XiBMD.js',
  'assets/map-C23XiBMD.css',
  'assets/maplibre-gl-worker-C23XiBMD.js',
  'sw.js',
  'assets/index-C23XiBMD.js.br',
  'boot.js.gz',
])('the shell leaves out %s', (path) => expect(isShellFile(path)).toBe(false))

test('the map has files of its own', () => {
  expect(['assets/map-C23XiBM.js', 'assets/map-C23Xi.css', 'assets/maplibre-gl-worker-C23XiBMD.js', 'assets/map-library-C23XiBM.js'].map(isMapFile)).toEqual([true, true, true, true])
  expect(['assets/hazard-map-C23XiBM.js', 'assets/map-C23XiBM.js.br', 'assets/map-C23XiBM.js.gz'].map(isMapFile)).toEqual([false, false, false])
})

test('only a GET of a file with a hash in its name is kept for good', () => {
  expect(isHashedAsset('GET', '/assets/map-C23XiBMD.js')).toBe(true)
  expect(isHashedAsset('POST', '/assets/map-C23XiBMD.js')).toBe(false)
  expect(isHashedAsset('GET', '/api/photos/map-C23XiBMD.js')).toBe(false)
  expect(isHashedAsset('GET', '/assets/plain.js')).toBe(false)
})

test('a portal’s page is not kept in the place of a file', () => {
  const answer = (kind: string, status = 200) => ({ status, headers: new Headers({ 'Content-Type': kind }) })
  expect(isWhatItsNameSays('/assets/map-C23XiBMD.js', answer('text/javascript; charset=utf-8'))).toBe(true)
  expect(isWhatItsNameSays('/assets/map-C23XiBMD.css', answer('text/css'))).toBe(true)
  expect(isWhatItsNameSays('/assets/map-C23XiBMD.js', answer('text/html'))).toBe(false)
  expect(isWhatItsNameSays('/assets/map-C23XiBMD.css', answer('text/javascript'))).toBe(false)
  expect(isWhatItsNameSays('/assets/map-C23XiBMD.js', answer('text/javascript', 404))).toBe(false)
})

test.each(['/api/sync/push', '/api/openapi.json', '/health/live', '/assets/gone-C23XiBMD.js'])(
  'the page never stands in for %s',
  (path) => {
    expect(serverAddresses.some((address) => address.test(path))).toBe(true)
  },
)

test.each(['/', '/hazards/1', '/doors/apiary', '/enrol/ABCD1234'])('the page answers %s', (path) => {
  expect(serverAddresses.some((address) => address.test(path))).toBe(false)
})
