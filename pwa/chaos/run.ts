/** One run: phones work through a plan in bad weather; then the weather clears and every queue drains. In the end all is written down. */
import { KINDS } from '../src/core/types'
import { Chance } from './chance'
import type { Slot } from './deeds'
import type { Desk } from './desk'
import { Network } from './network'
import { Person } from './person'
import type { Account } from './browser'
import { SimulatedPhone } from './phone'
import { type Plan, planOf, type Role } from './plan'

/** Everything that a run needs to know of the place it happens in. */
export type Ground = {
  server: { host: string; port: number }
  /** Small JPEGs of which photos are made. */
  bases: Buffer[]
  slot: Slot & { people: Record<Role, Account> }
  chance_of_kill: number
  desk: Desk
  kill: (what: 'server' | 'database') => Promise<void>
}
/** A day that has ended: its phones are switched off, their storage stays. */
export type Day = { seed: number; drain_ms: number; left: string[]; kills: number; plan: Plan; phones: SimulatedPhone[] }

// Generous: a queue that is stuck stays stuck, and a machine that does other work beside is slow.
const DAY_MOST_MS = 600_000
const DRAINED_WITHIN_MS = 600_000
const LOOK_AGAIN_MS = 300
/** The app asks about held records after ten minutes. */
const ELEVEN_MINUTES_MS = 11 * 60_000

/** Return the day once everything that can be sent has been sent, or the time is up. */
export async function run(seed: number, ground: Ground): Promise<Day> {
  const plan = planOf(seed, ground.chance_of_kill)
  const kills = [...plan.kills]
  const phones = await phonesOf(plan, kills, ground)
  const expire = (phone: SimulatedPhone) => ground.desk.expire(phone.cookies.header())
  const people = phones.map((phone, index) => new Person(phone, ground.slot, ground.bases, new Chance(seed, `person ${index}`), expire))
  const day = Promise.all(people.map((person, index) => person.live(plan.phones[index]?.acts ?? [])))
  await within(DAY_MOST_MS, day)
  for (const phone of phones) {
    phone.network.mend()
    phone.spare()
  }
  const began = Date.now()
  const stuck = people.filter(({ at }) => at).map(({ at, phone }) => `${phone.account.login} never came further than ${at}`)
  const left = stuck.length ? stuck : await drained(phones, new Chance(seed, 'desk'), ground)
  const drain_ms = Date.now() - began
  // What was not killed by now lives on: a server that starts announces its newest photos again, also those of other runs.
  kills.length = 0
  for (const phone of phones) phone.life.kill()
  return { seed, drain_ms, left, kills: plan.kills.length, plan, phones }
}

/** Open the phones of a day once more when the server has come to rest; return what they hold and were told, and what they broke. */
export async function told({ plan, phones, left, ...day }: Day) {
  const late = left.length ? left : await levelled(phones)
  const said = await Promise.all(phones.map((phone, index) => toldBy(phone, plan.phones[index]?.role as Role)))
  for (const phone of phones) close(phone)
  return { ...day, left: late, phones: said }
}

async function levelled(phones: SimulatedPhone[]): Promise<string[]> {
  const end = Date.now() + DRAINED_WITHIN_MS
  for (;;) {
    for (const phone of phones) await heed(phone)
    if (await areLevel(phones)) return []
    if (Date.now() > end) return phones.map((phone) => `${phone.account.login} did not pull the next morning, ${phone.stop}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** Do what the screen asks for: a sign-in that came twice, the second time late, has ended the session of the first. */
async function heed(phone: SimulatedPhone): Promise<void> {
  await phone.awake()
  if (phone.stop === 'update') phone.update()
  else if (phone.stop === 'sign-in') await phone.signIn()
}

/** Resolve when the work has ended or the time is up. Errors: those of the work. */
async function within(most_ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const up = new Promise((resolve) => {
    timer = setTimeout(resolve, most_ms)
  })
  await Promise.race([work, up])
  clearTimeout(timer)
}

async function phonesOf(plan: Plan, kills: Plan['kills'], ground: Ground): Promise<SimulatedPhone[]> {
  let requests = 0
  const onRequest = async (): Promise<void> => {
    requests += 1
    const due = kills.findIndex(({ at_request }) => at_request <= requests)
    const [kill] = due < 0 ? [] : kills.splice(due, 1)
    if (kill?.when === 'before') await ground.kill(kill.what)
    // While the request is being worked on.
    if (kill?.when === 'after') setTimeout(() => void ground.kill(kill.what), new Chance(plan.seed, 'kill').between(1, 25))
  }
  return Promise.all(
    plan.phones.map(async ({ role, weather, habits }, index) => {
      const chance = new Chance(plan.seed, `network ${index}`)
      const network = await new Network(ground.server, chance, weather, onRequest).open()
      return new SimulatedPhone(ground.slot.people[role], network, new Chance(plan.seed, `phone ${index}`), structuredClone(habits))
    }),
  )
}

/** Return what is still waiting when nothing disturbs any more and the time is up: nothing, it should be. */
async function drained(phones: SimulatedPhone[], chance: Chance, ground: Ground): Promise<string[]> {
  const end = Date.now() + DRAINED_WITHIN_MS
  for (;;) {
    const left = (await Promise.all(phones.map((phone) => nudge(phone, chance, ground)))).flat()
    if (left.length === 0 && (await areLevel(phones))) return []
    if (Date.now() > end) return left.length ? left : ['a last pull did not come through']
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

/** Do what the phone asks of its person, and let the office decide; return what is still waiting. */
async function nudge(phone: SimulatedPhone, chance: Chance, ground: Ground): Promise<string[]> {
  await heed(phone)
  const { database, loop } = await phone.awake()
  const held = (await database.mutations.where('state').equals('held').toArray()).map(({ id }) => id)
  if (held.length) {
    await ground.desk.decide(held, chance)
    phone.clockAhead_ms += ELEVEN_MINUTES_MS
  }
  const { mutations, photos } = await database.countUnsent()
  if (mutations + photos + held.length === 0) return []
  if (!loop.status().is_running) void loop.wake()
  return [`${phone.account.login}: ${mutations} records, ${photos} photos, ${held.length} held, ${phone.stop}`]
}

/** Have all phones pulled after the last of them had sent everything? */
async function areLevel(phones: SimulatedPhone[]): Promise<boolean> {
  const done = await Promise.all(
    phones.map(async (phone) => {
      const { loop } = await phone.awake()
      await loop.refresh()
      await loop.wake()
      return loop.status().stopped_by === null && !phone.life.isOver
    }),
  )
  return done.every(Boolean)
}

async function toldBy(phone: SimulatedPhone, role: Role) {
  const { database } = await phone.awake()
  await phone.ledger.check(database, 'the end')
  const mutations = (await database.mutations.toArray()).map(({ id, number, device_code, state, parked, shows, problem }) => ({
    ...{ id, number, device_code, state, parked, shows, why: problem?.type ?? null },
  }))
  const photos = await database.photos.toArray()
  const rows = Object.fromEntries(await Promise.all(KINDS.map(async (kind) => [kind, await database.table(kind).toArray()] as const)))
  const { ledger, network } = phone
  return {
    ...{ role, login: phone.account.login, lives: phone.lives, checks: ledger.checks },
    ...{ said: [...ledger.said.values()], said_photos: [...ledger.photos.values()], broken: ledger.broken },
    ...{ outcomes: ledger.outcomes(), arrived: ledger.arrived(), discarded: ledger.discarded(), mutations, rows },
    photos: photos.map(({ sha256, state, size_bytes }) => ({ sha256, state, size_bytes })),
    ...{ troubles: network.counts, requests: network.requests, bytes: network.bytes },
  }
}

function close(phone: SimulatedPhone): void {
  phone.life.kill()
  phone.network.close()
}
