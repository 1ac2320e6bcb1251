/** A real HTTP server for tests: keeps the contract of push, pull and tus, and can be told to misbehave. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Kind, Problem, PushBody, PushMutation, Receipt } from '../../core/types'

/** What happens to one request: 'lost' is done and then never answered, 'dropped' never arrives; a function answers for the server. */
export type Trouble = 'lost' | 'dropped' | 'cut' | 'portal' | 'hold' | number | ((response: ServerResponse, answer: () => void) => void)
export type Request = { method: string; path: string; headers: IncomingMessage['headers']; body: Buffer; query: URLSearchParams }
type Answer = { status: number; headers?: Record<string, string>; json?: unknown }
type Upload = { sha256: string; length: number; bytes: Buffer; metadata: string }
type Changed = { revision: number; kind: Kind; id: string; row: unknown }

export class TestServer {
  /** Decides, for each request, what goes wrong. */
  trouble: (request: Request) => Trouble | undefined = () => undefined
  /** Decides what a rule says of a mutation; throw to fail on it as a broken server would. */
  judge: (mutation: PushMutation) => Problem | 'held' | undefined = () => undefined
  /** Decides whether the envelope can be read. */
  envelope: (body: PushBody) => Answer | undefined = () => undefined
  readonly receipts = new Map<string, { receipt: Receipt; body: string }>()
  /** Every effect, in order: what must never happen twice. */
  readonly effects: string[] = []
  readonly photos = new Map<string, Buffer>()
  readonly uploads = new Map<string, Upload>()
  readonly requests: Request[] = []
  readonly changes: Changed[] = []
  page = 3
  stale_below = 0
  revision = 0
  session_ok = true
  bytes_in = 0
  readonly streams = new Set<ServerResponse>()
  #server: Server
  #held: (() => void)[] = []

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response))
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const stream of this.streams) stream.destroy()
    this.release()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  release(): void {
    for (const go of this.#held.splice(0)) go()
  }

  put(kind: Kind, row: { id: string }): void {
    this.revision += 1
    this.changes.push({ revision: this.revision, kind, id: row.id, row: { ...row, revision: this.revision } })
  }

  remove(kind: Kind, id: string): void {
    this.revision += 1
    this.changes.push({ revision: this.revision, kind, id, row: null })
  }

  /** Tell every listener of the present revision. */
  tell(): void {
    for (const stream of this.streams) stream.write(`event: revision\ndata: {"tenant":"450299001","revision":${this.revision}}\n\n`)
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url ?? '/', 'http://any')
    const request: Request = {
      ...{ method: String(incoming.headers['x-http-method-override'] ?? incoming.method ?? 'GET'), path: url.pathname, query: url.searchParams },
      ...{ headers: incoming.headers, body: Buffer.concat(chunks) },
    }
    this.requests.push(request)
    this.bytes_in += request.body.length
    const trouble = this.trouble(request)
    if (trouble === 'dropped') return void response.destroy()
    if (request.path.startsWith('/api/')) response.setHeader('Gridwalk', '1')
    if (typeof trouble === 'number') return send(response, problem(trouble, 'trouble'))
    if (typeof trouble === 'function') return trouble(response, () => send(response, this.#answer(request)))
    if (trouble === 'portal') return portal(response)
    if (request.path === '/api/sync/live') return this.#live(response)
    const answer = this.#answer(request)
    if (trouble === 'hold') await new Promise<void>((resolve) => this.#held.push(resolve))
    if (trouble === 'lost') return void response.destroy()
    if (trouble === 'cut') return cut(response, answer)
    send(response, answer)
  }

  #live(response: ServerResponse): void {
    this.streams.add(response)
    response.on('close', () => this.streams.delete(response))
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write(': here\n\n')
    this.tell()
  }

  #answer(request: Request): Answer {
    if (!this.session_ok) return problem(401, 'not-signed-in')
    try {
      if (request.path === '/api/sync/push') return this.#push(JSON.parse(request.body.toString()) as PushBody)
      if (request.path === '/api/sync/pull') return this.#pull(request.query.get('cursor'))
      if (request.path.startsWith('/api/photos')) return this.#tus(request)
    } catch {
      return problem(500, 'failure')
    }
    return problem(404, 'not-found')
  }

  #push(body: PushBody): Answer {
    const refused = this.envelope(body)
    if (refused) return refused
    return { status: 200, json: { receipts: body.mutations.map((one) => this.#receipt(one)), server_time: new Date().toISOString() } }
  }

  /** As the contract says: applied at most once by id; a repeat gets the stored receipt; another body is refused. */
  #receipt(mutation: PushMutation): Receipt {
    const body = JSON.stringify(mutation)
    const known = this.receipts.get(mutation.id)
    if (known && known.body !== body) return { ...numbered(mutation), outcome: 'refused', problem: problemBody(409, 'id-reused') }
    if (known) return known.receipt
    const receipt = this.#settle(mutation)
    this.receipts.set(mutation.id, { receipt, body })
    return receipt
  }

  #settle(mutation: PushMutation): Receipt {
    const verdict = this.judge(mutation)
    if (verdict === 'held') return { ...numbered(mutation), outcome: 'held' }
    if (verdict) return { ...numbered(mutation), outcome: 'refused', problem: verdict }
    this.effects.push(mutation.id)
    this.revision += 1
    return { ...numbered(mutation), outcome: 'applied', revision: this.revision }
  }

  #pull(cursor: string | null): Answer {
    const from = Number(cursor ?? 0)
    if (cursor !== null && from < this.stale_below) return problem(409, 'cursor-stale')
    const latest = new Map(this.changes.map((change) => [change.kind + change.id, change]))
    const due = [...latest.values()].filter((change) => change.revision > from).sort((one, other) => one.revision - other.revision)
    const page = due.slice(0, this.page)
    const more = due.length > page.length
    const rows: Record<string, unknown[]> = {}
    for (const { kind, row } of page.filter((change) => change.row)) rows[kind] = [...(rows[kind] ?? []), row]
    const gone = page.filter((change) => !change.row).map(({ kind, id }) => ({ kind, id }))
    const reached = more ? (page.at(-1)?.revision ?? from) : this.revision
    return {
      status: 200,
      json: { cursor: String(reached), more, fresh: cursor === null, rows, gone, server_time: new Date().toISOString() },
    }
  }

  #tus(request: Request): Answer {
    if (request.headers['tus-resumable'] !== '1.0.0') return problem(412, 'tus-version-unknown')
    if (request.method === 'POST') return this.#create(request)
    const upload = this.uploads.get(request.path)
    if (!upload) return problem(404, 'not-found')
    return request.method === 'HEAD' ? this.#standing(upload) : this.#append(request, upload)
  }

  #create(request: Request): Answer {
    const metadata = String(request.headers['upload-metadata'])
    const said = Object.fromEntries(metadata.split(',').map((pair) => pair.split(' ') as [string, string]))
    const path = `/api/photos/uploads/${this.uploads.size + 1}`
    const sha256 = Buffer.from(said.sha256 ?? '', 'base64').toString()
    this.uploads.set(path, { sha256, length: Number(request.headers['upload-length']), bytes: Buffer.alloc(0), metadata })
    return { status: 201, headers: { Location: path, 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0' } }
  }

  #append(request: Request, upload: Upload): Answer {
    if (Number(request.headers['upload-offset']) !== upload.bytes.length) return problem(409, 'wrong-offset')
    const digest = createHash('sha256').update(request.body).digest('base64')
    if (request.headers['upload-checksum'] !== `sha256 ${digest}`) return problem(460, 'checksum-mismatch')
    upload.bytes = Buffer.concat([upload.bytes, request.body])
    if (upload.bytes.length < upload.length) return { ...this.#standing(upload), status: 204 }
    if (createHash('sha256').update(upload.bytes).digest('hex') !== upload.sha256) {
      this.uploads.delete(request.path)
      return problem(422, 'digest-mismatch')
    }
    this.photos.set(upload.sha256, upload.bytes)
    return { ...this.#standing(upload), status: 204 }
  }

  #standing(upload: Upload): Answer {
    const headers: Record<string, string> = { 'Tus-Resumable': '1.0.0', 'Upload-Offset': String(upload.bytes.length) }
    if (this.photos.has(upload.sha256)) headers['Photo-Receipt'] = `${upload.sha256} ${new Date().toISOString()}`
    return { status: 200, headers }
  }
}

const numbered = ({ id, number }: PushMutation) => ({ id, number })

export function problemBody(status: number, code: string): Problem {
  return { type: `/problems/${code}`, status, title: code, detail: code, title_zh: code, detail_zh: code }
}

export function problem(status: number, code: string): Answer {
  return { status, json: problemBody(status, code), headers: { 'Content-Type': 'application/problem+json' } }
}

function send(response: ServerResponse, { status, headers, json }: Answer): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(json === undefined ? undefined : JSON.stringify(json))
}

/** The length is promised, half is sent, the line breaks. */
function cut(response: ServerResponse, { status, headers, json }: Answer): void {
  const text = Buffer.from(JSON.stringify(json ?? {}))
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers, 'Content-Length': String(text.length) })
  response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.destroy())
}

function portal(response: ServerResponse): void {
  response.removeHeader('Gridwalk')
  response.writeHead(200, { 'Content-Type': 'text/html' })
  response.end('<html><title>Free Wi-Fi: please accept our terms</title></html>')
}
