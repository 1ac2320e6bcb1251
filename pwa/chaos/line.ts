/** Be the bad network of one real browser: calm until told of a storm, mended when told so. */
import { createInterface } from 'node:readline'
import { Chance } from './chance'
import { Network } from './network'
import { type Fate, fateOf, type Weather } from './troubles'

const [port, seed] = process.argv.slice(2).map(Number) as [number, number]
let weather: Weather | null = null

/** Only what the app itself asks is troubled: its files come from its worker. The stream of news never comes through. */
function fate(chance: Chance, _: Weather, method: string, path: string): Fate {
  const met = fateOf(chance, weather ?? 'calm')
  if (method === 'GET' && path.startsWith('/api/sync/live')) return { ...met, trouble: 'dropped' }
  return weather && path.startsWith('/api/') ? met : { ...met, trouble: null }
}

const network = await new Network({ host: '127.0.0.1', port }, new Chance(seed, 'chromium'), 'calm', async () => {}, fate).open()
process.stdout.write(`${JSON.stringify({ address: network.address })}\n`)
for await (const told of createInterface({ input: process.stdin })) {
  weather = told === 'storm' ? 'awful' : null
  if (told === 'mend') network.mend()
  process.stdout.write(`${JSON.stringify({ requests: network.requests, troubles: network.counts })}\n`)
}
process.exit(0)
