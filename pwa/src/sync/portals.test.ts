// @vitest-environment node
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Me } from '../core/types'
import { PhoneDatabase } from '../device/accounts'
import type { Phone } from '../device/phone'
import { NotSignedIn, Unanswered } from '../device/server'
import { live } from './live'
import { makeLoop } from './loop'
import { pull } from './pull'
import { push } from './push'
import type { Door } from './opening'
import { finishSignOut, refreshMe, signIn, signOut } from './session'
import { aPhoto, aRecord, CLOCK, id, PERSON, TestPhone } from './testing/phones'
import { problemBody, type Request, TestServer } from './testing/server'
import { uploadPhotos } from './upload-photos'

const HTML = { 'Content-Type': 'text/html', Date: 'Sat, 01 Jan 2000 00:00:00 GMT' }
const JSON_TYPE = { 'Content-Type': 'application/json', Date: 'Sat, 01 Jan 2000 00:00:00 GMT' }
const PAGE = '<html><title>Free Wi-Fi: please accept our terms</title></html>'

function saying(status: number, headers: Record<string, string>, text = ''): (response: ServerResponse) => void {
  return (response) => {
    response.removeHeader('Gridwalk')
    response.writeHead(status, headers).end(text || undefined)
  }
}
/** What answers in the server's place: a café's sign-in page, a company's proxy, a network that knows everything better. */
const IMPOSTORS: Record<string, (response: ServerResponse) => void> = {
  'a page with 200': saying(200, HTML, PAGE),
  'a page with 201': saying(201, { ...HTML, Location: '/welcome' }, PAGE),
  'an empty 200': saying(200, {}),
  'an empty 204': saying(204, {}),
  'a redirect to a page that says yes': saying(302, { Location: '/yes' }),
  'a redirect that repeats the request': saying(307, { Location: '/yes' }),
  'JSON of its own': saying(200, JSON_TYPE, '{"status":"ok","result":[]}'),
  'a cut answer': saying(200, JSON_TYPE, '{"receipts":[{"id":"01'),
  'a proxy that wants a password': saying(407, HTML, PAGE),
  'a network that wants a sign-in': saying(511, HTML, PAGE),
  'a proxy that forbids it': saying(403, HTML, PAGE),
  'a refusal of its own in JSON': saying(403, JSON_TYPE, '{"error":"blocked by policy"}'),
  'a sign-in of its own': saying(401, HTML, PAGE),
  'nothing here': saying(404, HTML, PAGE),
  'no such thing any more': saying(410, HTML, PAGE),
  'too large for it': saying(413, HTML, PAGE),
}

let server: TestServer
let mine: TestPhone
let phone: Phone
let door: Door
let heard: (string | null)[]
let me: Me

beforeEach(async () => {
  server = new TestServer()
  mine = new TestPhone(await server.start())
  heard = []
  const accounts = new PhoneDatabase(mine.disk)
  phone = await mine.start({ onAnswer: (date) => heard.push(date) })
  door = { line: phone, accounts, options: mine.disk }
  me = { person: { id: PERSON, name: '兰', licence_number: null, postings: [] }, device: { id: id(), code: 'X7K2', label: '', last_number: 0 } } as unknown as Me
})
afterEach(async () => {
  door.accounts.close()
  mine.close()
  await server.stop()
})

/** Let somebody else answer requests that fit; the person's own server answers the rest. */
function between(method: string, path: string, answer: (response: ServerResponse) => void): void {
  server.trouble = (request: Request) => {
    if (request.path === '/yes') return saying(200, JSON_TYPE, '{"status":"ok"}')
    return request.method === method && request.path.startsWith(path) ? answer : own(request)
  }
}

/** The calls that the test server does not know by itself. */
function own(request: Request): ReturnType<TestServer['trouble']> {
  const json = (status: number, value: unknown) => (response: ServerResponse) => void response.writeHead(status, JSON_TYPE).end(JSON.stringify(value))
  if (request.path === '/api/me') return server.session_ok ? json(200, me) : json(401, problemBody(401, 'not-signed-in'))
  if (request.path === '/api/session' && request.method === 'POST') return json(201, { person: { id: PERSON } })
  if (request.path !== '/api/session') return undefined
  server.session_ok = false
  return (response) => void response.writeHead(204).end()
}

const unanswered = async (work: Promise<unknown>) => expect(await work.catch((error: unknown) => error)).toBeInstanceOf(Unanswered)
const asked = (method: string, path: string) => server.requests.filter((one) => one.method === method && one.path.startsWith(path)).length

describe.each(Object.entries(IMPOSTORS))('where something else answers with %s', (_, answer) => {
  it('a push counts for nothing: the record waits, no receipt is believed, and later it is taken once', async () => {
    const record = aRecord()
    await phone.database.record([record])
    between('POST', '/api/sync/push', answer)
    await unanswered(push(phone))
    expect(await phone.database.mutations.get(record.id)).toMatchObject({ state: 'waiting', answered_at: null, parked: false })
    expect(heard).toEqual([])
    server.trouble = own
    await push(phone)
    expect(server.effects).toEqual([record.id])
  })

  it('a pull brings nothing and moves no cursor', async () => {
    server.put('grid', { id: 'g1' })
    between('GET', '/api/sync/pull', answer)
    await unanswered(pull(phone))
    expect(await phone.database.cursor.count()).toBe(0)
    expect(heard).toEqual([])
    server.trouble = own
    await pull(phone)
    expect(await phone.database.grid.count()).toBe(1)
  })

  it('a photo is neither begun, nor moved on, nor believed to be there, nor given up', async () => {
    const photo = aPhoto(600_000)
    await phone.database.record([aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo])
    for (const [method, sent_bytes] of [['POST', 0], ['PATCH', 0], ['HEAD', 0]] as const) {
      between(method, '/api/photos', answer)
      if (method === 'PATCH') server.trouble = forbiddingBoth(answer)
      await unanswered(uploadPhotos(phone))
      expect(await phone.database.photos.get(photo.sha256)).toMatchObject({ state: 'waiting', sent_bytes, problem: null })
    }
    expect(heard.filter((date) => date?.includes('2000'))).toEqual([])
    server.trouble = own
    expect(await uploadPhotos(phone)).toBe(1)
    // Begun once: what a portal says of an upload is no reason to begin again.
    expect(server.uploads.size).toBe(1)
    expect(server.photos.get(photo.sha256)?.equals(Buffer.from(photo.bytes))).toBe(true)
  })

  it('nobody is signed in, signed out, or taken for somebody else by it', async () => {
    server.trouble = own
    await signIn(door, { login: 'lan', password: 'x' }, '红米')
    for (const path of ['/api/me', '/api/session']) {
      between(path === '/api/me' ? 'GET' : 'POST', path, answer)
      const again = path === '/api/me' ? refreshMe(door, phone.database) : signIn({ ...door, line: hurried() }, { login: 'lan', password: 'x' }, '红米')
      await unanswered(again)
      expect(await door.accounts.recall('current')).toBe(PERSON)
    }
    between('DELETE', '/api/session', answer)
    await signOut(door)
    expect(await door.accounts.recall('sign_out_due')).toBe(true)
    server.trouble = own
    await finishSignOut(door)
    expect([await door.accounts.recall('sign_out_due'), server.session_ok]).toEqual([false, false])
  })

  it('the line that tells of changes is not taken for open, and the minute’s asking goes on', async () => {
    between('GET', '/api/sync/live', answer)
    const stop = new AbortController()
    let told = 0
    const listening = live({ ...phone, clock: hurried().clock }, () => (++told === 3 ? stop.abort() : undefined), stop.signal)
    await listening
    expect(told).toBe(3)
    expect(asked('GET', '/api/sync/live')).toBeGreaterThanOrEqual(3)
  })
})

function hurried(): Phone {
  return { ...phone, clock: { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms > 20_000 ? wait_ms : wait_ms / 100, action) } }
}

/** PATCH, also when it comes as POST. */
function forbiddingBoth(answer: (response: ServerResponse) => void): TestServer['trouble'] {
  return (request) => (request.method === 'PATCH' ? answer : own(request))
}

describe('a proxy that changes what passes', () => {
  const kept = async (size = 600_000) => {
    const photo = aPhoto(size)
    await phone.database.record([aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo])
    return photo
  }

  it('may forbid PATCH: the pieces then go as POST that says what it stands for', async () => {
    const photo = await kept()
    server.trouble = (request) => (request.method === 'PATCH' && !request.headers['x-http-method-override'] ? saying(405, HTML, PAGE) : undefined)
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.has(photo.sha256)).toBe(true)
    expect(server.requests.filter((one) => one.method === 'PATCH' && !one.headers['x-http-method-override'])).toHaveLength(1)
  })

  it('may take only small bodies: pieces shrink until they pass, and stay so', async () => {
    const photo = await kept(200_000)
    const most = 40_000
    server.trouble = (request) => (request.body.length > most ? saying(413, HTML, PAGE) : undefined)
    const pace = { chunk_bytes: 256 * 1024, pieces: 0 }
    for (let tries = 0; tries < 4 && !server.photos.has(photo.sha256); tries++) await uploadPhotos(phone, pace).catch(() => 0)
    expect(server.photos.has(photo.sha256)).toBe(true)
    expect(server.uploads.size).toBe(1)
  })

  it('may take no big record: it waits at the end of the queue and holds up no other', async () => {
    const big = aRecord('note_hazard', { note: 'x'.repeat(5000) })
    await phone.database.record([big, aRecord(), aRecord()])
    server.trouble = (request) => (request.body.length > 5000 ? saying(413, HTML, PAGE) : undefined)
    for (let tries = 0; tries < 8 && server.effects.length < 2; tries++) await push(phone).catch(() => 0)
    expect(server.effects).toHaveLength(2)
    expect(await phone.database.mutations.get(big.id)).toMatchObject({ state: 'waiting', parked: false })
    server.trouble = () => undefined
    await push(phone)
    expect(server.effects).toContain(big.id)
  })

  it('may strip headers of a request: what the server then refuses is no verdict on the photo', async () => {
    const photo = await kept(1000)
    for (const [status, code] of [[400, 'malformed'], [412, 'tus-version-unknown'], [415, 'unsupported-content']] as const) {
      const refuses = (response: ServerResponse) => void response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problemBody(status, code)))
      server.trouble = (request) => (request.path.startsWith('/api/photos') ? refuses : undefined)
      await unanswered(uploadPhotos(phone))
      expect(await phone.database.photos.get(photo.sha256)).toMatchObject({ state: 'waiting', problem: null })
    }
    server.trouble = () => undefined
    expect(await uploadPhotos(phone)).toBe(1)
  })

  it('may strip the headers of an answer: without receipt nothing has arrived', async () => {
    const photo = await kept(1000)
    server.trouble = (request) => (request.path.startsWith('/api/photos/uploads') ? saying(204, {}) : undefined)
    await unanswered(uploadPhotos(phone))
    expect(await phone.database.photos.get(photo.sha256)).toMatchObject({ state: 'waiting' })
  })

  it('may hold an answer back until the end: a push that takes long is asked again, and is still done once', async () => {
    const record = aRecord()
    await phone.database.record([record])
    let pushes = 0
    server.trouble = (request) => (request.path === '/api/sync/push' && pushes++ === 0 ? 'hold' : undefined)
    // Sixty seconds without an answer pass in a tenth of one.
    const impatient: Phone = { ...phone, clock: { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms / 600, action) } }
    await unanswered(push(impatient))
    server.release()
    await push(phone)
    expect(server.effects).toEqual([record.id])
  })
})

it('the person is told that the network wants a sign-in, not that there is none', async () => {
  await phone.database.record([aRecord()])
  server.trouble = () => IMPOSTORS['a page with 200']
  const loop = makeLoop(phone)
  await loop.wake()
  expect(loop.status().stopped_by).toBe('portal')
  server.session_ok = false
  server.trouble = own
  await loop.wake()
  expect(loop.status().stopped_by).toBe('sign-in')
  loop.stop()
})

it('an ended session is believed when the server itself says it, to HEAD as well', async () => {
  const photo = aPhoto(600_000)
  await phone.database.record([aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo])
  server.trouble = (request) => (request.method === 'PATCH' ? 'dropped' : undefined)
  await unanswered(uploadPhotos(phone))
  server.trouble = () => undefined
  server.session_ok = false
  await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(NotSignedIn)
})
