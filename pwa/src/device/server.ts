/** Ask the server, and believe an answer only when it is the server's: a captive portal's page is no success. */
import type { Problem } from '../core/types'
import { NotSignedIn, Refusal, Unanswered } from './no-answer'
import type { Line } from './phone'

export { NotSignedIn, Refusal, Unanswered }

export type Question = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'HEAD' | 'DELETE'
  path: string
  json?: unknown
  bytes?: ArrayBuffer
  headers?: Record<string, string>
  timeout_ms?: number
}
export type Reply = { status: number; headers: Headers; text: string; asked_ms: number }

const TIMEOUT_MS = 30_000
// 425: too early. 423: another request of ours holds the upload. Both pass by themselves.
const PASSING = new Set([408, 423, 425, 429])
// The API never redirects (0: the browser shows no more of a redirect); a proxy wants a password, a network a sign-in.
const NEVER_OURS = new Set([0, 301, 302, 303, 307, 308, 407, 511])

/**
 * Return the server's JSON. `isWanted` says whether it has the form that only the server gives: a portal may speak JSON too.
 * Errors: Unanswered, NotSignedIn, Refusal.
 */
export async function askJson<T>(line: Line, question: Question, isWanted: (value: Partial<T>) => boolean = () => true): Promise<T> {
  return heard(line, question, (reply) => {
    const value = isJson(reply) ? (parsed(reply.text) as Partial<T>) : null
    if (!value || !isWanted(value)) throw new Unanswered('not-the-server', reply.status)
    return value as T
  })
}

/** Return a success of the server that need not have a body: its own header proves whose it is. Errors: Unanswered, NotSignedIn, Refusal. */
export async function ask(line: Line, question: Question): Promise<Reply> {
  return heard(line, question, (reply) => {
    if (!isSigned(reply)) throw new Unanswered('not-the-server', reply.status)
    return reply
  })
}

async function heard<T>(line: Line, question: Question, read: (reply: Reply) => T): Promise<T> {
  try {
    const reply = await exchange(line, question)
    const result = read(accepted(reply, question))
    line.onAnswer?.(reply.headers.get('Date'), reply.asked_ms, line.clock.now())
    return result
  } catch (error) {
    if (error instanceof Unanswered) line.onSilence?.()
    throw error
  }
}

function accepted(reply: Reply, question: Question): Reply {
  if (reply.status >= 200 && reply.status < 300) return reply
  if (NEVER_OURS.has(reply.status)) throw new Unanswered('not-the-server', reply.status)
  if (reply.status >= 500 || PASSING.has(reply.status)) throw new Unanswered('trouble', reply.status, retryAfter(reply.headers))
  const problem = question.method === 'HEAD' ? signed(reply) : worded(reply)
  throw reply.status === 401 ? new NotSignedIn(problem) : new Refusal(reply.status, { ...bare(reply.status), ...problem })
}

/** HEAD has no body to prove who answers. */
function signed(reply: Reply): Problem | null {
  if (!isSigned(reply)) throw new Unanswered('not-the-server', reply.status)
  return null
}

/** Return the words of a refusal; who refuses in any other form is not the server. */
function worded(reply: Reply): Problem {
  const problem = isJson(reply) ? (parsed(reply.text) as Problem) : null
  if (!problem?.type?.startsWith?.('/problems/')) throw new Unanswered('not-the-server', reply.status)
  return problem
}

async function exchange(line: Line, question: Question): Promise<Reply> {
  const stop = new AbortController()
  const callOff = line.clock.after(question.timeout_ms ?? TIMEOUT_MS, () => stop.abort())
  const asked_ms = line.clock.now()
  try {
    const response = await line.fetch(line.server + question.path, requestOf(line, question, stop.signal))
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, asked_ms }
  } catch {
    throw new Unanswered(stop.signal.aborted ? 'timeout' : 'network')
  } finally {
    callOff()
  }
}

function requestOf(line: Line, question: Question, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', ...line.headers, ...question.headers }
  if (question.json !== undefined) headers['Content-Type'] = 'application/json'
  const body = question.json === undefined ? question.bytes : JSON.stringify(question.json)
  // Not followed, whatever it leads to, and seen for what it is.
  return { method: question.method ?? 'GET', headers, body, signal, redirect: 'manual', credentials: 'same-origin', cache: 'no-store' }
}

function isSigned(reply: Reply): boolean {
  return reply.headers.has('Gridwalk') || reply.headers.has('Tus-Resumable')
}

function isJson(reply: Reply): boolean {
  return /^application\/(problem\+)?json\b/i.test(reply.headers.get('Content-Type') ?? '')
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object') return value
  } catch {
    // Fall through: a cut answer is no answer.
  }
  throw new Unanswered('cut')
}

function bare(status: number): Problem {
  return { type: 'about:blank', status, title: 'Not possible', detail: '' }
}

function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get('Retry-After') ?? 0)
  return Number.isFinite(seconds) ? Math.min(300, Math.max(0, seconds)) * 1000 : 0
}
