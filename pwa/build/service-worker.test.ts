// @vitest-environment node
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compressFolder } from './compressed-copies.ts'
import { shellFiles } from './service-worker.ts'

function built(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridwalk-dist-'))
  mkdirSync(join(folder, 'assets'))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  return folder
}

test('the shell names hashed files as they are and others with a revision of their content', () => {
  const files = {
    'index.html': '<html>',
    'assets/index-C23XiBMD.js': 'x',
    'assets/map-C23XiBMD.js': 'y',
    'sw.js': 'z',
    'index.html.br': 'b',
  }
  const shell = shellFiles(built(files))
  expect(shell.map((file) => file.url)).toEqual(['/assets/index-C23XiBMD.js', '/index.html'])
  expect(shell[0]?.revision).toBeNull()
  expect(shell[0]?.integrity).toBe('sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=')
  const changed = shellFiles(built({ ...files, 'index.html': '<html lang>' }))
  expect(changed[1]?.revision).not.toBe(shell[1]?.revision)
})

test('copies unpack to the very file they stand beside, and tiny files have none', () => {
  const text = 'function gridwalk() {}\n'.repeat(200)
  const folder = built({ 'assets/index-C23XiBMD.js': text, 'tiny.js': 'x', 'icon.png': text })
  compressFolder(folder)
  const file = join(folder, 'assets/index-C23XiBMD.js')
  expect(brotliDecompressSync(readFileSync(`${file}.br`)).toString()).toBe(text)
  expect(gunzipSync(readFileSync(`${file}.gz`)).toString()).toBe(text)
  expect(readdirSync(folder).sort()).toEqual(['assets', 'icon.png', 'tiny.js'])
})
