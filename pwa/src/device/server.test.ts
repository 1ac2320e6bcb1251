// @vitest-environment node
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { CLOCK } from '../sync/testing/phones'
import type { Line } from './phone'
import { ask, askJson, NotSignedIn, Refusal, Unanswered } from './server'

let http: Server | undefined

async function serving(answer: RequestListener, changes: Partial<Line> = {}): Promise<Line> {
  const begun = createServer(answer)
  http = begun
  await new Promise<void>((resolve) => begun.listen(0, '127.0.0.1', resolve))
  const server = `http://127.0.0.1:${(begun.address() as AddressInfo).port}`
  return { server, fetch: (url, init) => fetch(url, init), clock: CLOCK, ...changes }
}
afterEach(async () => {
  http?.closeAllConnections()
  await new Promise((resolve) => (http ? http.close(resolve) : resolve(undefined)))
})

const answering = (status: number, headers: Record<string, string>, text = '') =>
  serving((_, response) => {
    response.writeHead(status, headers)
    response.end(text)
  })
const JSON_TYPE = { 'Content-Type': 'application/json' }
const PROBLEM = { 'Content-Type': 'application/problem+json' }
const reason = (asked: Promise<unknown>) =>
  asked.then(
    () => 'answered',
    (error: Unanswered) => error.reason,
  )

it('takes for an answer only what is the server’s', async () => {
  expect(await askJson(await answering(200, JSON_TYPE, '{"ok":1}'), { path: '/' })).toEqual({ ok: 1 })
  for (const [status, headers, text] of [
    [200, { 'Content-Type': 'text/html' }, '<html>please sign in to the Wi-Fi</html>'],
    [200, JSON_TYPE, '{"receipts":[{"id"'],
    [200, JSON_TYPE, '"text"'],
    [401, { 'Content-Type': 'text/html' }, 'proxy'],
    [302, { Location: 'http://127.0.0.1:1/portal' }, ''],
    [511, { 'Content-Type': 'text/html' }, 'portal'],
  ] as const) {
    http?.closeAllConnections()
    http?.close()
    await expect(askJson(await answering(status, headers, text), { path: '/' })).rejects.toBeInstanceOf(Unanswered)
  }
})

it('tells the end of a session from a refusal, and keeps the words of both', async () => {
  const body = '{"type":"/problems/not-your-role","status":403,"title":"Not your role","detail":"Ask: dispatcher"}'
  const refusal = await ask(await answering(403, PROBLEM, body), { path: '/' }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Refusal)
  expect((refusal as Refusal).problem.detail).toBe('Ask: dispatcher')
  http?.close()
  await expect(ask(await answering(401, PROBLEM, '{"type":"/problems/not-signed-in"}'), { path: '/' })).rejects.toBeInstanceOf(NotSignedIn)
})

it('gives up on a silent server after its time-out', async () => {
  const line = await serving(() => undefined)
  expect(await reason(ask(line, { path: '/', timeout_ms: 50 }))).toBe('timeout')
})

it('waits as long as a busy server asks, at most five minutes', async () => {
  const asked = async (seconds: string) =>
    ask(await answering(503, { 'Retry-After': seconds }), { path: '/' }).catch((error: Unanswered) => error.retry_after_ms)
  expect(await asked('7')).toBe(7000)
  http?.close()
  expect(await asked('99999')).toBe(300_000)
  http?.close()
  expect(await asked('tomorrow')).toBe(0)
})

it('tells of every answer with the server’s date, and of every silence', async () => {
  const told: unknown[] = []
  const listening: Partial<Line> = { onAnswer: (date) => told.push(date), onSilence: () => told.push('silence') }
  const line = await serving((request, response) => {
    if (request.url === '/portal') return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('portal')
    response.writeHead(200, { ...JSON_TYPE, Date: 'Mon, 23 Nov 2026 08:00:00 GMT' }).end('{}')
  }, listening)
  await askJson(line, { path: '/' })
  await reason(askJson(line, { path: '/portal' }))
  expect(told).toEqual(['Mon, 23 Nov 2026 08:00:00 GMT', 'silence'])
})
