// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { isUnsent } from '../core/outbox'
import { PhoneDatabase } from '../device/accounts'
import type { Clock, Phone } from '../device/phone'
import { drain } from './drain-once'
import { live } from './live'
import { makeLoop } from './loop'
import { eachTest, mine, phone, restart, server } from './testing/each-test'
import { aPhoto, aRecord, CLOCK, id, PERSON, seeded } from './testing/phones'
import type { Request, Trouble } from './testing/server'

eachTest()

const until = async (met: () => boolean | Promise<boolean>) => {
  for (let tries = 0; !(await met()); tries++) {
    if (tries > 600) throw new Error('did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const unsent = async (of: Phone = phone) => Object.values(await of.database.countUnsent()).reduce((sum, count) => sum + count, 0)
/** Long waits pass quickly; short ones stay as they are. */
const hurried: Clock = { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms > 20_000 ? wait_ms : wait_ms / 100, action) }
const withPhoto = (photo = aPhoto(3000)) =>
  [[aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo]] as const

describe('the loop', () => {
  it('sends the text first, then the photos, and is clear only when the server has all of it', async () => {
    const [records, photos] = withPhoto()
    await phone.database.record([...records], [...photos])
    const loop = makeLoop(phone)
    await loop.wake()
    const asked = server.requests.map((request) => `${request.method} ${request.path.split('/')[3] ?? request.path.split('/')[2]}`)
    expect(asked).toEqual(['POST push', 'GET pull', 'POST photos', 'PATCH uploads', 'POST push'])
    expect(await unsent()).toBe(0)
    expect(loop.status()).toMatchObject({ is_running: false, stopped_by: null, next_try_at: null })
    loop.stop()
  })

  it('loses no wake-up: a record made while a photo or another push is under way is sent at once', async () => {
    const [records, photos] = withPhoto(aPhoto(600_000))
    await phone.database.record([...records], [...photos])
    const loop = makeLoop(phone)
    let held = 0
    server.trouble = (request) => (request.method === 'PATCH' && held++ === 0 ? 'hold' : undefined)
    const first = loop.wake()
    await until(() => held > 0)
    await phone.database.record([aRecord()])
    void loop.wake()
    await until(() => server.effects.length === 2)
    expect(server.photos.size).toBe(0)
    server.release()
    await first
    expect(await unsent()).toBe(0)
    loop.stop()
  })

  it('tries again by itself after failures, and says why nothing moves', async () => {
    await phone.database.record([aRecord()])
    const loop = makeLoop({ ...phone, clock: hurried })
    server.trouble = () => 503
    await loop.wake()
    expect(loop.status()).toMatchObject({ stopped_by: 'network', completed_at: null })
    expect(loop.status().next_try_at).not.toBeNull()
    server.trouble = () => undefined
    await until(async () => (await unsent()) === 0)
    await until(() => loop.status().stopped_by === null)
    loop.stop()
  })

  it('asks for sign-in once, keeps everything, and does not go on by itself', async () => {
    await phone.database.record([aRecord()])
    const loop = makeLoop({ ...phone, clock: hurried })
    server.session_ok = false
    await loop.wake()
    expect(loop.status()).toMatchObject({ stopped_by: 'sign-in', next_try_at: null, problem: { type: '/problems/not-signed-in' } })
    server.session_ok = true
    await loop.wake()
    expect(await unsent()).toBe(0)
    loop.stop()
  })

  it('sends nothing under another person’s session', async () => {
    const accounts = new PhoneDatabase(mine.disk)
    await accounts.remember('current', id())
    await phone.database.record([aRecord()])
    const loop = makeLoop({ ...phone, accounts })
    await loop.wake()
    expect(loop.status().stopped_by).toBe('other-person')
    expect(server.requests).toHaveLength(0)
    await accounts.remember('current', PERSON)
    await loop.wake()
    expect(await unsent()).toBe(0)
    loop.stop()
    accounts.close()
  })

  it('two tabs without locks send twice and it counts once', async () => {
    for (let count = 0; count < 20; count++) await phone.database.record(...(withPhoto().map((part) => [...part]) as [never, never]))
    const other = await mine.start()
    const tabs = [makeLoop(phone), makeLoop(other)]
    await Promise.all(tabs.map((tab) => tab.wake()))
    const sent = server.requests
      .filter((request) => request.path.endsWith('push'))
      .flatMap((request) => JSON.parse(request.body.toString()).mutations)
    expect(sent.length).toBeGreaterThan(20)
    expect(server.effects).toHaveLength(20)
    expect(server.photos.size).toBe(20)
    expect(await unsent()).toBe(0)
    for (const tab of tabs) tab.stop()
  })

  it('a lock that is never released holds nothing up for longer than its patience', async () => {
    await phone.database.record([aRecord()])
    const never = {
      request: (_name: string, options: LockOptions) =>
        new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))),
    }
    const soon: Clock = { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms === 20_000 ? 30 : wait_ms, action) }
    expect(await drain({ ...phone, clock: soon, locks: never as unknown as LockManager })).toBe(0)
  })

  it('hears of a change and fetches it', async () => {
    const loop = makeLoop(phone)
    const stop = new AbortController()
    let heard = 0
    const listening = live(
      phone,
      () => {
        heard += 1
        void loop.refresh()
      },
      stop.signal,
    )
    await until(() => server.streams.size === 1 && heard === 1)
    server.put('community', { id: id() })
    server.tell()
    await until(async () => (await phone.database.community.count()) === 1)
    for (const stream of server.streams) stream.destroy()
    await until(() => server.streams.size === 1 && heard > 2)
    stop.abort()
    await listening
    loop.stop()
  })
})

const TROUBLES: Trouble[] = ['lost', 'dropped', 'cut', 'portal', 500, 503, 429]

describe.each([1, 2, 3, 4, 5, 6])('whatever happens (seed %i)', (seed) => {
  it('nothing is lost, nothing doubled, and every queue drains', async () => {
    const chance = seeded(seed)
    server.trouble = (request: Request) =>
      chance() < 0.35 && !request.path.includes('live') ? TROUBLES[Math.floor(chance() * TROUBLES.length)] : undefined
    const made: string[] = []
    const photos: string[] = []
    let app = makeLoop({ ...phone, clock: hurried })
    for (let step = 0; step < 25; step++) {
      const photo = aPhoto(Math.floor(chance() * 400_000) + 1)
      const [records, taken] = chance() < 0.4 ? withPhoto(photo) : [[aRecord(), aRecord()], []]
      made.push(...(await phone.database.record([...records], [...taken])).map((mutation) => mutation.id))
      photos.push(...taken.map((one) => one.sha256))
      const trying = app.wake()
      if (chance() < 0.3) await trying
      if (chance() < 0.2) {
        // The app is killed in the middle of whatever it does, and opened again.
        app.stop()
        phone.database.close()
        await restart()
        app = makeLoop({ ...phone, clock: hurried })
      }
    }
    server.trouble = () => undefined
    await app.wake()
    await until(async () => (await unsent()) === 0)
    expect([...server.effects].sort()).toEqual([...made].sort())
    expect([...server.photos.keys()].sort()).toEqual([...photos].sort())
    const kept = await phone.database.mutations.toArray()
    expect(kept.filter((mutation) => isUnsent(mutation) || mutation.state !== 'applied')).toEqual([])
    expect(new Set(kept.map((mutation) => mutation.number)).size).toBe(made.length)
    app.stop()
  }, 30_000)
})
