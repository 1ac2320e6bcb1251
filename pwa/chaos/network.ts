/** Stand between one phone and the server as a bad network does; every request's fate comes from a seed. */
import { Agent, createServer, type IncomingMessage, request as ask, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Chance } from './chance'
import { type Fate, fateOf, type Trouble, type Weather } from './troubles'

type Sent = { method: string; path: string; headers: IncomingMessage['headers']; body: Buffer }
type Answer = { status: number; headers: IncomingMessage['headers']; body: Buffer }

/** How long a request that the phone has given up on stays on its way. */
const OVERTAKEN_MS = 7_000
/** Longer than any phone waits. */
const SILENT_MS = 20_000
const lines = new Agent({ keepAlive: true, maxSockets: 64 })

/** One phone's network. */
export class Network {
  readonly counts: Partial<Record<Trouble, number>> = {}
  requests = 0
  /** Bytes of bodies that left the phone. */
  bytes = 0
  address = ''
  #isMended = false
  #listening: Server
  #late = new Set<NodeJS.Timeout>()

  constructor(
    readonly server: { host: string; port: number },
    readonly chance: Chance,
    readonly weather: Weather,
    /** Called before each request is passed on; it may kill what it leads to. */
    readonly onRequest: (number: number) => Promise<void> = async () => {},
    readonly fate: (chance: Chance, weather: Weather, method: string, path: string) => Fate = fateOf,
  ) {
    this.#listening = createServer((incoming, response) => void this.#serve(incoming, response))
  }

  async open(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#listening.listen(port, '127.0.0.1', resolve))
    this.address = `http://127.0.0.1:${(this.#listening.address() as AddressInfo).port}`
    return this
  }

  /** From now on everything passes; what is still on its way arrives. */
  mend(): void {
    this.#isMended = true
  }

  close(): void {
    for (const timer of this.#late) clearTimeout(timer)
    this.#listening.close()
    this.#listening.closeAllConnections()
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await received(incoming)
    if (!sent) return
    this.requests += 1
    this.bytes += sent.body.length
    const fate = this.fate(this.chance, this.weather, sent.method, sent.path)
    const trouble = this.#isMended ? null : (fate.trouble ?? null)
    if (trouble) this.counts[trouble] = (this.counts[trouble] ?? 0) + 1
    try {
      await this.onRequest(this.requests)
      await this.#meet({ ...fate, trouble }, sent, response)
    } catch {
      // The server is gone: so is the line.
      response.destroy()
    }
  }

  async #meet(fate: Fate, sent: Sent, response: ServerResponse): Promise<void> {
    const before = WITHOUT_SERVER[fate.trouble as string]
    if (before) return before(response, fate)
    switch (fate.trouble) {
      case 'lost':
        await this.#pass(sent)
        return void response.destroy()
      case 'cut':
        await this.#pass(sent, Math.floor(sent.body.length * fate.share)).catch(() => {})
        return void response.destroy()
      case 'answer-cut':
        return cut(response, await this.#pass(sent), fate.share)
      case 'answer-short':
        return short(response, await this.#pass(sent), fate.share)
      case 'slow':
        await pause(fate.wait_ms / 2)
        return pause(fate.wait_ms / 2).then(async () => give(response, await this.#pass(sent)))
      case 'overtaken':
        return this.#later(sent, OVERTAKEN_MS)
      case 'twice':
        return give(response, await Promise.any([this.#pass(sent), this.#pass(sent)]))
      case 'again-later':
        this.#later(sent, fate.again_ms)
        return give(response, await this.#pass(sent))
      case 'damaged':
        return give(response, await this.#pass(damaged(sent, fate.share)))
      default:
        return give(response, await this.#pass(sent))
    }
  }

  /** Send a request once more, or only now; nobody hears its answer. */
  #later(sent: Sent, wait_ms: number): void {
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      this.#pass(sent).catch(() => {})
    }, wait_ms)
    this.#late.add(timer)
  }

  /** Return the server's answer to a request, of whose body only so many bytes are sent. */
  #pass(sent: Sent, only?: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | string[] | undefined> = { ...sent.headers, connection: 'keep-alive' }
      headers['content-length'] = String(sent.body.length)
      if (sent.body.length === 0 && ['GET', 'HEAD'].includes(sent.method)) delete headers['content-length']
      const asked = ask({ ...this.server, agent: lines, method: sent.method, path: sent.path, headers }, (answer) => {
        collect(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }), reject)
      })
      asked.on('error', reject)
      if (only === undefined) return void asked.end(sent.body)
      asked.write(sent.body.subarray(0, only), () => setTimeout(() => asked.destroy(new Error('cut')), 15))
    })
  }
}

const WITHOUT_SERVER: Record<string, (response: ServerResponse, fate: Fate) => void> = {
  dropped: (response) => void response.destroy(),
  silent: (response, fate) => void setTimeout(() => response.destroy(), fate.share < 0.3 ? SILENT_MS : fate.wait_ms * 2),
  trouble: (response, fate) => {
    response.writeHead(fate.status, { 'Content-Type': 'text/html', ...(fate.share < 0.3 ? { 'Retry-After': '1' } : {}) })
    response.end('<html><h1>Bad gateway</h1></html>')
  },
  portal: (response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    response.end('<html><title>Free Wi-Fi: please accept our terms</title></html>')
  },
  'portal-json': (response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end('{"code":0,"message":"login required","data":null}')
  },
  redirect: (response) => {
    response.writeHead(302, { Location: 'http://127.0.0.1:9/login' })
    response.end()
  },
}

async function received(incoming: IncomingMessage): Promise<Sent | null> {
  try {
    const body = await collect(incoming)
    return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: incoming.headers, body }
  } catch {
    // The phone was killed while it sent.
    return null
  }
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']

function head({ status, headers }: Answer, length: number): [number, Record<string, string | string[]>] {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && !HOP_BY_HOP.includes(name))
  const sized: Record<string, string> = status === 204 || status === 304 ? {} : { 'content-length': String(length) }
  return [status, { ...(Object.fromEntries(kept) as Record<string, string | string[]>), ...sized }]
}

function give(response: ServerResponse, answer: Answer): void {
  response.writeHead(...head(answer, answer.body.length))
  response.end(answer.body)
}

function cut(response: ServerResponse, answer: Answer, share: number): void {
  if (answer.body.length === 0) return void response.destroy()
  response.writeHead(...head(answer, answer.body.length))
  response.write(answer.body.subarray(0, Math.floor(answer.body.length * share)), () => response.destroy())
}

function short(response: ServerResponse, answer: Answer, share: number): void {
  const body = answer.body.subarray(0, Math.floor(answer.body.length * share))
  give(response, { ...answer, body })
}

/** TLS keeps bytes whole; where they come wrong all the same, a photo's pieces bear their own digest. */
function damaged(sent: Sent, share: number): Sent {
  if (sent.method !== 'PATCH' || sent.body.length === 0) return sent
  const body = Buffer.from(sent.body)
  const at = Math.floor(body.length * share)
  body[at] = (body[at] ?? 0) ^ 0xff
  return { ...sent, body }
}

function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms))
}
