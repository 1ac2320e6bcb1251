/** Run seeds against a server: reads its order from the first argument, writes each outcome to a file, and asks for kills by lines. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Slot } from './deeds'
import { Desk } from './desk'
import type { Account } from './browser'
import type { Role } from './plan'
import { run } from './run'

type Order = {
  port: number
  first_seed: number
  runs: number
  at_once: number
  chance_of_kill: number
  base: string
  folder: string
  slots: (Slot & { people: Record<Role, Account> })[]
  desk: Account
}

const order = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Order
const base = Buffer.from(order.base, 'base64')
const desk = new Desk(`http://127.0.0.1:${order.port}`, order.desk.login, order.desk.password)
const ENDINGS = ['AbortError', 'DatabaseClosedError', 'InvalidStateError']
const heard: (() => void)[] = []
createInterface({ input: process.stdin }).on('line', () => heard.shift()?.())

// What a killed browser leaves behind may fail unheard; whatever else does is a mistake.
process.on('unhandledRejection', (error) => {
  const { name, stack } = (error ?? {}) as Partial<Error>
  if (name && !ENDINGS.includes(name)) tell({ unhandled: stack ?? name })
})

function tell(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

/** Ask whoever started us for a kill, and wait until it is done. */
function kill(what: 'server' | 'database'): Promise<void> {
  return new Promise((resolve) => {
    heard.push(resolve)
    tell({ kill: what })
  })
}

let next = 0
async function worker(): Promise<void> {
  while (next < order.runs) {
    const index = next++
    const slot = order.slots[index] as Order['slots'][number]
    const ground = { server: { host: '127.0.0.1', port: order.port }, base, slot, chance_of_kill: order.chance_of_kill, desk, kill }
    const seed = order.first_seed + index
    const outcome = await run(seed, ground)
    writeFileSync(`${order.folder}/${seed}.json`, JSON.stringify({ ...outcome, slot: index }))
    tell({ done: seed })
  }
}

await Promise.all(Array.from({ length: order.at_once }, worker))
const used = process.cpuUsage()
tell({ cpu_s: (used.user + used.system) / 1e6 })
process.exit(0)
