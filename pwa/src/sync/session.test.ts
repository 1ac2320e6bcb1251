// @vitest-environment node
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Me } from '../core/types'
import { PhoneDatabase } from '../device/accounts'
import { KEPT_BACK } from '../device/kept-back'
import type { Clock } from '../device/phone'
import { NotSignedIn, Unanswered } from '../device/server'
import { type Door, openLast } from './opening'
import { finishSignOut, othersWaiting, redeem, signIn, signOut } from './session'
import { aRecord, CLOCK, id, TestPhone } from './testing/phones'

type Asked = { method: string; path: string; body: Record<string, string> }
let http: Server
let asked: Asked[]
let me: Me
let answers: (request: Asked) => [number, unknown] | 'dropped'
let door: Door
const people = [id(), id()]
const hurried: Clock = { now: CLOCK.now, after: (wait_ms, action) => CLOCK.after(wait_ms > 20_000 ? wait_ms : wait_ms / 100, action) }

function meOf(person_id: string, last_number = 0): Me {
  return {
    person: { id: person_id, name: person_id === people[0] ? '兰' : '波', licence_number: null, postings: [] },
    device: { id: id(), code: 'X7K2', label: '', last_number },
    tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
    ...{ rulebook: { version: 1, hash: 'abc' }, needs_totp: false, has_totp: false, has_password: true },
  }
}

beforeEach(async () => {
  asked = []
  me = meOf(people[0] ?? '')
  answers = ({ method, path }) =>
    path === '/api/me' ? [200, me] : method === 'DELETE' ? [204, null] : [201, { person: me.person, device: me.device }]
  http = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    const request = { method: incoming.method ?? '', path: incoming.url ?? '', body: text ? JSON.parse(text) : {} }
    asked.push(request)
    const answer = answers(request)
    if (answer === 'dropped') return void response.destroy()
    response.writeHead(answer[0], { Gridwalk: '1', 'Content-Type': answer[0] < 300 ? 'application/json' : 'application/problem+json' })
    response.end(answer[1] === null ? undefined : JSON.stringify(answer[1]))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const server = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const options = new TestPhone('').disk
  door = { line: { server, fetch: (url, init) => fetch(url, init), clock: hurried }, accounts: new PhoneDatabase(options), options }
})
afterEach(async () => {
  door.accounts.close()
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
})

const lan = { login: 'lan', password: 'gridwalk-demo' }
const bo = { login: 'bo', password: 'gridwalk-demo' }

it('opens the phone again without a network, with what the person had', async () => {
  const { database } = await signIn(door, lan, '红米')
  await database.record([aRecord()])
  database.close()
  answers = () => 'dropped'
  const opened = await openLast(door)
  expect(opened?.me.person.name).toBe('兰')
  expect(opened?.is_stale).toBe(false)
  expect(await opened?.database.mutations.count()).toBe(1)
  opened?.database.close()
  door.line.clock = { ...hurried, now: () => Date.now() + 15 * 24 * 60 * 60_000 }
  expect((await openLast(door))?.is_stale).toBe(true)
})

it('resumes the former device, so that receipt numbers go on', async () => {
  const first = await signIn(door, lan, '红米')
  const device_id = me.device.id
  await first.database.record([aRecord()])
  await signOut(door)
  await signIn(door, lan, '红米')
  expect(asked.filter(({ path, method }) => path === '/api/session' && method === 'POST').map(({ body }) => body.device_id)).toEqual([
    undefined,
    device_id,
  ])
  expect((await first.database.record([aRecord()]))[0]?.number).toBe(2)
})

it('gives another person their own database and tells them in counts what waits of the first', async () => {
  const first = await signIn(door, lan, '')
  await first.database.record([aRecord(), aRecord(), aRecord()])
  await first.database.remember(`${KEPT_BACK}${id()}`, {}) // the browser died before its ten seconds were over
  await signOut(door)
  me = meOf(people[1] ?? '')
  const second = await signIn(door, bo, '')
  expect(await second.database.mutations.count()).toBe(0)
  expect(await othersWaiting(door, people[1] ?? null)).toEqual([{ person_id: people[0], name: '兰', mutations: 3, photos: 0, kept_back: 1 }])
  expect(await first.database.mutations.count()).toBe(3)
})

it('stays with the former person when a sign-in fails', async () => {
  await signIn(door, lan, '')
  answers = () => [401, { type: '/problems/wrong-password', status: 401 }]
  await expect(signIn(door, bo, '')).rejects.toBeInstanceOf(NotSignedIn)
  expect(await door.accounts.recall('current')).toBe(people[0])
})

it('does not make the person sign in twice because the network blinked in between', async () => {
  let blinks = 2
  const former = answers
  answers = (request) => (request.path === '/api/me' && blinks-- > 0 ? 'dropped' : former(request))
  expect((await signIn(door, lan, '')).me.person.name).toBe('兰')
})

it('enrols by a one-time code', async () => {
  expect((await redeem(door, 'ABCD-1234', '红米')).me.person.name).toBe('兰')
  expect(asked[0]).toMatchObject({ path: '/api/enrolments/redeem', body: { code: 'ABCD-1234', device_label: '红米' } })
})

it('signs out without a network and tells the server later, unless somebody has signed in since', async () => {
  await signIn(door, lan, '')
  const former = answers
  answers = () => 'dropped'
  await signOut(door)
  expect(await openLast(door)).toBeUndefined()
  await expect(signIn(door, bo, '')).rejects.toBeInstanceOf(Unanswered)
  answers = former
  asked.length = 0
  await finishSignOut(door)
  await finishSignOut(door)
  expect(asked.map(({ method }) => method)).toEqual(['DELETE'])
  await door.accounts.remember('sign_out_due', true)
  await signIn(door, lan, '')
  asked.length = 0
  await finishSignOut(door)
  expect(asked).toEqual([])
})

it('keeps records also when the app was killed the moment the phone knew who is at it', async () => {
  const remember = door.accounts.remember.bind(door.accounts)
  let isKilled = false
  door.accounts.remember = async (key, value) => {
    if (isKilled) throw new Error('killed')
    await remember(key, value)
    isKilled = key === 'current' && value === me.person.id
    if (isKilled) throw new Error('killed')
  }
  await expect(signIn(door, lan, '红米')).rejects.toThrow('killed')
  door.accounts.remember = remember

  const opened = await openLast(door)
  expect(await opened?.database.record([aRecord()])).toHaveLength(1)
})
