// @vitest-environment node
import { expect, it } from 'vitest'
import type { PhoneDatabase } from '../device/accounts'
import type { Clock } from '../device/phone'
import { elsewhereOf, live, revisionOf } from './live'
import { makeLoop } from './loop'
import { keepElsewhere } from './running'
import { eachTest, phone, server } from './testing/each-test'
import { CLOCK } from './testing/phones'

eachTest()

const hurried: Clock = { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms > 20_000 ? wait_ms : wait_ms / 100, action) }
/** What the phone knows of whoever is at it: a supervisor of that place. */
const postedAt = (place_code: string) => {
  const postings = [{ role: 'supervisor', place_code, premises_id: null, department: null, from_on: '2020-01-01', to_on: null }]
  return { accounts: { get: async () => ({ me: { person: { id: 'p', postings }, tenant: { code: '450299001' } } }) } } as unknown as PhoneDatabase
}
const kept = () => phone.database.recall<string>('elsewhere')
const until = async (met: () => boolean | Promise<boolean>) => {
  for (let tries = 0; !(await met()); tries++) {
    if (tries > 300) throw new Error('did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const tellElsewhere = (edition: string) => {
  for (const stream of server.streams) stream.write(`event: elsewhere\ndata: {"edition":"${edition}"}\n\n`)
}

it('each event is read by its own name alone, so that an app that knows one passes over the other', () => {
  const elsewhere = 'event: elsewhere\ndata: {"edition":"9f"}'
  const revision = 'event: revision\r\ndata: {"tenant":"450299001","revision":7}'
  expect([revisionOf(elsewhere), elsewhereOf(revision)]).toEqual([[], []])
  expect([revisionOf(revision), elsewhereOf(elsewhere)]).toEqual([[{ tenant: '450299001', revision: 7 }], [{ edition: '9f' }]])
  for (const nothing of [': still here', 'event: elsewhere\ndata: {"edition":7}', 'event: elsewhere\ndata: null', 'event: elsewhere\ndata: {', 'event: elsewhere'])
    expect([revisionOf(nothing), elsewhereOf(nothing)]).toEqual([[], []])
})

it('what changes elsewhere is kept for the screens and fetches nothing, and after a break the line says what was missed', async () => {
  const loop = makeLoop(phone)
  const stop = new AbortController()
  let pulls = 0
  const hear = keepElsewhere(phone, loop)
  const listening = live({ ...phone, clock: hurried }, () => (pulls += 1), stop.signal, (edition) => void hear(edition))
  await until(() => server.streams.size === 1 && pulls === 1)
  tellElsewhere('one')
  await until(async () => (await kept()) === 'one')
  expect(pulls).toBe(1)

  for (const stream of server.streams) stream.destroy()
  await until(() => server.streams.size === 1 && pulls === 3)
  expect(await kept()).toBe('one')
  tellElsewhere('two')
  await until(async () => (await kept()) === 'two')
  stop.abort()
  await listening
  loop.stop()
})

it('where the server answers and cannot be heard, others may have changed for whoever was told of them', async () => {
  const loop = makeLoop(phone)
  const hear = keepElsewhere(phone, loop)
  await hear(null)
  expect(await kept()).toBeUndefined()

  await hear('one')
  server.trouble = () => 503
  await hear(null)
  expect(await kept()).toBe('one')

  server.trouble = ({ path }) => (path === '/api/sync/live' ? 502 : undefined)
  const stop = new AbortController()
  const listening = live({ ...phone, clock: hurried }, () => undefined, stop.signal, (edition) => void hear(edition))
  await until(async () => /^unheard-\d+$/.test((await kept()) ?? ''))
  stop.abort()
  await listening
  loop.stop()
})

it('where no stream ever came through, only whoever reaches other subdistricts takes it that they may have changed', async () => {
  const loop = makeLoop(phone)
  server.trouble = ({ path }) => (path === '/api/sync/live' ? 502 : undefined)
  await keepElsewhere({ ...phone, accounts: postedAt('450299001') }, loop)(null)
  expect(await kept()).toBeUndefined()

  const hear = keepElsewhere({ ...phone, accounts: postedAt('450299') }, loop)
  const stop = new AbortController()
  const listening = live({ ...phone, clock: hurried }, () => undefined, stop.signal, (edition) => void hear(edition))
  await until(async () => /^unheard-\d+$/.test((await kept()) ?? ''))
  const first = await kept()
  await until(async () => (await kept()) !== first)
  stop.abort()
  await listening
  loop.stop()
})
