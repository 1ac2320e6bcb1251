/** Print what a phone loads before the first screen, compressed, and fail above the budget. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const budget_kb = 120
const folder = fileURLToPath(new URL('../dist', import.meta.url))
const page = readFileSync(join(folder, 'index.html'), 'utf8')
const loaded = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1])

function size_kb(file, copy) {
  const compressed = join(folder, `${file}.${copy}`)
  return (statSync(compressed, { throwIfNoEntry: false })?.size ?? statSync(join(folder, file)).size) / 1024
}

for (const file of loaded)
  console.log(`${size_kb(file, 'gz').toFixed(1).padStart(7)} KB gz ${size_kb(file, 'br').toFixed(1).padStart(7)} KB br  ${file}`)
const sum_kb = (copy) => loaded.reduce((sum, file) => sum + size_kb(file, copy), 0)
// Held to gzip, the larger: a browser is sent Brotli only by HTTPS, or on the machine itself.
const total_kb = sum_kb('gz')
console.log(`${total_kb.toFixed(1)} KB gzip, ${sum_kb('br').toFixed(1)} KB Brotli before the first screen; the budget is ${budget_kb} KB`)
const lazy = readdirSync(join(folder, 'assets')).filter((name) => /\.(js|css)$/.test(name) && !loaded.includes(`assets/${name}`))
for (const name of lazy) console.log(`${size_kb(`assets/${name}`, 'gz').toFixed(1).padStart(7)} KB gz later: ${name}`)
if (total_kb > budget_kb) process.exitCode = 1
