/** Fill phones with findings, then let all send at once over lines on which some requests fail; tell what it took. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { NewPhoto } from '../src/core/types'
import { Chance } from './chance'
import type { Slot } from './deeds'
import { Network } from './network'
import { SimulatedPhone } from './phone'
import { aPhoto } from './pictures'
import type { Role } from './plan'
import { publicHazard } from './public-hazard'
import type { Account } from './browser'
import type { Fate, Trouble } from './troubles'

type Order = {
  port: number
  slots: (Slot & { people: Record<Role, Account>; pictures: string[] })[]
  findings: number
  photos: number
  size_bytes: number
  /** How many of all requests fail, from 0 to 1. */
  failing: number
}

const FAILURES: Trouble[] = ['dropped', 'lost', 'cut', 'answer-cut', 'trouble']
const LOOK_AGAIN_MS = 50
const order = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Order
const heard = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Tell whoever started us something, and wait until it is heard. */
async function tell(what: object): Promise<void> {
  process.stdout.write(`${JSON.stringify(what)}\n`)
  await heard.next()
}

function fate(chance: Chance): Fate {
  const trouble = chance.is(order.failing) ? chance.of(FAILURES) : null
  return { trouble, share: chance.next(), wait_ms: 0, status: 503, again_ms: 0 }
}

/** Return a phone with its findings on it, and how many bytes of records and photos those are. */
async function filled(slot: Order['slots'][number], index: number) {
  const chance = new Chance(index, 'drain')
  const server = { host: '127.0.0.1', port: order.port }
  const network = await new Network(server, new Chance(index, 'network'), 'calm', async () => {}, fate).open()
  const phone = new SimulatedPhone(slot.people.worker, network, chance, { fuses: [], tabs: 1, locks: 'kept', is_outdated: false })
  const { database, loop } = await phone.awake()
  await loop.wake()
  let needed_bytes = 0
  for (let finding = 0; finding < order.findings; finding++) {
    const photos = Array.from({ length: order.photos }, (): NewPhoto => picture(chance, slot.pictures))
    const record = publicHazard(slot.grid, finding, photos)
    await database.record([record], photos)
    needed_bytes += Buffer.byteLength(JSON.stringify(record)) + photos.reduce((sum, { size_bytes }) => sum + size_bytes, 0)
  }
  network.requests = 0
  network.bytes = 0
  return { phone, needed_bytes }
}

function picture(chance: Chance, pictures: string[]): NewPhoto {
  return aPhoto(chance, Buffer.from(chance.of(pictures), 'base64'), order.size_bytes, new Date().toISOString())
}

async function drained(phone: SimulatedPhone): Promise<void> {
  for (;;) {
    if (phone.stop === 'sign-in') await phone.signIn()
    const { database, loop } = await phone.awake()
    const { mutations, photos } = await database.countUnsent()
    if (mutations + photos === 0) return
    if (!loop.status().is_running && loop.status().stopped_by === null) void loop.wake()
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

type Filled = Awaited<ReturnType<typeof filled>>

const all: Filled[] = []
for (const [index, slot] of order.slots.entries()) all.push(await filled(slot, index))
await tell({ filled: all.length })
await Promise.all(all.map(({ phone }) => drained(phone)))
const sum = (of: (one: Filled) => number) => all.reduce((total, one) => total + of(one), 0)
await tell({
  ...{ needed_bytes: sum((one) => one.needed_bytes), sent_bytes: sum(({ phone }) => phone.network.bytes) },
  ...{ requests: sum(({ phone }) => phone.network.requests) },
  failed: sum(({ phone }) => Object.values(phone.network.counts).reduce((total: number, count) => total + count, 0)),
})
process.exit(0)
