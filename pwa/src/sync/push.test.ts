// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { NotSignedIn, Unanswered } from '../device/server'
import { Blocked, Outdated, push } from './push'
import { eachTest, phone, server } from './testing/each-test'
import { aPhoto, aRecord } from './testing/phones'
import { problem, problemBody } from './testing/server'

eachTest()

const states = async () => (await phone.database.mutations.orderBy('number').toArray()).map((mutation) => mutation.state)
const pushes = () =>
  server.requests.filter((request) => request.path === '/api/sync/push').map((request) => JSON.parse(request.body.toString()))

describe('a push', () => {
  it('sends what the contract asks for, oldest first, and says what is still here', async () => {
    const photo = aPhoto(500)
    await phone.database.record([aRecord(), aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo])
    expect(await push(phone)).toBe(2)
    const [body] = pushes()
    expect(body).toMatchObject({
      device: '01890000-0000-7000-8000-0000000000d1',
      rulebook: 'abc',
      waiting: { mutations: 0, photos: 1, bytes: 500 },
    })
    expect(body.mutations.map((sent: object) => Object.keys(sent))).toEqual(Array(2).fill(['id', 'number', 'name', 'at', 'args']))
    expect(body.mutations.map((sent: { number: number }) => sent.number)).toEqual([1, 2])
    expect(await states()).toEqual(['applied', 'applied'])
  })

  it('sends what a former device made as made on that device, so that a withdrawn one is looked at first', async () => {
    const renewed = '01890000-0000-7000-8000-0000000000d2'
    await phone.database.record([aRecord(), aRecord()])
    await phone.database.identify({ id: renewed, code: 'Q9ZZ', last_number: 0 })
    await phone.database.record([aRecord()])
    expect(await push(phone)).toBe(3)
    const sent = pushes().map((body) => [body.device, body.mutations.map((one: { number: number }) => one.number)])
    expect(sent).toEqual([
      ['01890000-0000-7000-8000-0000000000d1', [1, 2]],
      [renewed, [3]],
    ])
  })

  it('keeps the reason of a refusal and goes on with the next', async () => {
    const [bad] = await phone.database.record([aRecord(), aRecord()])
    server.judge = (mutation) => (mutation.id === bad?.id ? problemBody(403, 'not-your-role') : undefined)
    await push(phone)
    expect(await states()).toEqual(['refused', 'applied'])
    const kept = await phone.database.mutations.get(bad?.id ?? '')
    expect(kept).toMatchObject({ problem: { type: '/problems/not-your-role' }, parked: false, shows: 0, settled_at: null })
  })

  it('applies once when the answer is lost, cut, or a portal’s page', async () => {
    await phone.database.record([aRecord(), aRecord()])
    for (const trouble of ['lost', 'cut', 'portal'] as const) {
      server.trouble = () => trouble
      await expect(push(phone)).rejects.toBeInstanceOf(Unanswered)
      expect(await states()).toEqual(['waiting', 'waiting'])
    }
    server.trouble = () => undefined
    await push(phone)
    expect(await states()).toEqual(['applied', 'applied'])
    expect(server.effects).toHaveLength(2)
  })

  it('stops at 401, keeps everything, and goes on after sign-in', async () => {
    await phone.database.record([aRecord()])
    server.session_ok = false
    await expect(push(phone)).rejects.toBeInstanceOf(NotSignedIn)
    expect(await states()).toEqual(['waiting'])
    server.session_ok = true
    await push(phone)
    expect(await states()).toEqual(['applied'])
  })

  it('tells an app that is too old to update, and keeps the queue', async () => {
    await phone.database.record([aRecord()])
    server.envelope = () => problem(409, 'rulebook-outdated')
    await expect(push(phone)).rejects.toBeInstanceOf(Outdated)
    expect(await states()).toEqual(['waiting'])
  })

  it('halves a batch that is too large until it fits', async () => {
    await phone.database.record(Array.from({ length: 40 }, () => aRecord()))
    server.envelope = (body) => (body.mutations.length > 12 ? problem(413, 'too-large') : undefined)
    expect(await push(phone)).toBe(40)
    expect(server.effects).toHaveLength(40)
  })

  it('finds the record that spoils the envelope, parks it, and sends all others', async () => {
    const kept = await phone.database.record(Array.from({ length: 60 }, () => aRecord()))
    const poison = kept[41]
    server.envelope = (body) => (body.mutations.some((one) => one.id === poison?.id) ? problem(400, 'malformed') : undefined)
    await push(phone)
    expect(server.effects).toHaveLength(59)
    expect(await phone.database.mutations.get(poison?.id ?? '')).toMatchObject({ state: 'refused', parked: true })
    expect(pushes().length).toBeLessThan(25)
  })

  it('parks nothing when the envelope itself is the fault', async () => {
    await phone.database.record([aRecord(), aRecord()])
    server.envelope = () => problem(400, 'malformed')
    await expect(push(phone)).rejects.toBeInstanceOf(Blocked)
    expect(await states()).toEqual(['waiting', 'waiting'])
  })

  it('goes round a record on which the server always fails, but not round what builds on it', async () => {
    const kept = await phone.database.record(Array.from({ length: 30 }, () => aRecord()))
    const poison = kept[9]
    const [follower] = await phone.database.record([
      aRecord('void_hazard', {
        hazard_id: (poison as (typeof kept)[number] & { args: { hazard_id: string } }).args.hazard_id,
        reason: '误报',
      }),
    ])
    const fail = () => {
      throw new Error('bug')
    }
    server.judge = (mutation) => (mutation.id === poison?.id ? fail() : undefined)
    for (let tries = 0; tries < 8; tries++) await push(phone).catch(() => undefined)
    expect(server.effects).toHaveLength(29)
    expect((await states()).filter((state) => state === 'waiting')).toHaveLength(2)
    server.judge = () => undefined
    await push(phone)
    await push(phone)
    expect(server.effects.slice(-2)).toEqual([poison?.id, follower?.id])
  })

  it('asks again after a while what became of a held record', async () => {
    await phone.database.record([aRecord()])
    server.judge = () => 'held'
    await push(phone)
    expect(await states()).toEqual(['held'])
    const before = pushes().length
    await push(phone)
    expect(pushes()).toHaveLength(before)
    for (const { receipt } of server.receipts.values()) receipt.outcome = 'applied'
    phone.clock = { ...phone.clock, now: () => Date.now() + 11 * 60_000 }
    await push(phone)
    expect(await states()).toEqual(['applied'])
  })

  it('drains 5,000 pending records', async () => {
    for (let batch = 0; batch < 10; batch++) await phone.database.record(Array.from({ length: 500 }, () => aRecord()))
    expect(await push(phone)).toBe(5000)
    expect(new Set(server.effects).size).toBe(5000)
    expect(server.effects).toHaveLength(5000)
    expect(pushes().length).toBeLessThan(50)
  }, 60_000)
})
