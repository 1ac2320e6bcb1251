/** Run seeds against a server: reads its order from the first argument, writes each outcome to a file, and asks for kills by lines. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Slot } from './deeds'
import { Desk } from './desk'
import type { Account } from './browser'
import type { Role } from './plan'
import { type Day, run, told } from './run'

type Order = {
  port: number
  first_seed: number
  runs: number
  at_once: number
  chance_of_kill: number
  folder: string
  slots: (Slot & { people: Record<Role, Account>; pictures: string[] })[]
  desk: Account
}

const order = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Order
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

/** Ask whoever started us for something, and wait until it is done. */
function ask(what: object): Promise<void> {
  return new Promise((resolve) => {
    heard.push(resolve)
    tell(what)
  })
}

const days: Day[] = []

async function live(index: number): Promise<void> {
  const slot = order.slots[index] as Order['slots'][number]
  const bases = slot.pictures.map((picture) => Buffer.from(picture, 'base64'))
  const kill = (what: 'server' | 'database') => ask({ kill: what })
  const ground = { server: { host: '127.0.0.1', port: order.port }, bases, slot, chance_of_kill: order.chance_of_kill, desk, kill }
  days[index] = await run(order.first_seed + index, ground)
  tell({ done: order.first_seed + index })
}

async function writeDown(index: number): Promise<void> {
  const outcome = await told(days[index] as Day)
  writeFileSync(`${order.folder}/${outcome.seed}.json`, JSON.stringify({ ...outcome, slot: index }))
}

/** Do something for every run, so many at once. */
async function each(work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < order.runs) await work(next++)
  }
  await Promise.all(Array.from({ length: order.at_once }, worker))
}

await each(live)
// What the server finds out when nobody sends anything reaches phones as well: they look once more after that.
// A kill may still be on its way.
await new Promise((resolve) => setTimeout(resolve, 100))
await ask({ settle: true })
await each(writeDown)
const used = process.cpuUsage()
tell({ cpu_s: (used.user + used.system) / 1e6 })
process.exit(0)
