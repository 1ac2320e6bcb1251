import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { lean } from './lean-boot'

it.each(['boot.js', 'boot-words.js'])('leaves all that %s says and does', (name) => {
  const script = readFileSync(`${import.meta.dirname}/../public/${name}`, 'utf8')
  const squeezed = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\s+/g, '')

  expect(squeezed(lean(script))).toBe(squeezed(script))
  expect(lean(script).length).toBeLessThan(script.length)
})

it('leaves a text that looks like a comment', () => {
  expect(lean("  var glob = 'a/*'; var end = '*/b'\n")).toBe("var glob = 'a/*'; var end = '*/b'\n")
})
