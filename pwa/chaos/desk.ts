/** The office: it decides about held records, over a line of its own that nothing disturbs. */
import { hash } from '../src/core/rulebook.json'
import { uuidv7 } from '../src/core/numbers'
import type { Id, PushAnswer, Receipt } from '../src/core/types'
import type { Chance } from './chance'

const PATIENCE = 200
const RETRY_MS = 150

export class Desk {
  #number = 0
  #signedIn: Promise<void> | null = null
  #device = ''
  #token = ''

  constructor(
    readonly server: string,
    readonly login: string,
    readonly password: string,
  ) {}

  /** Decide about held records: most are accepted; what the rules refuse even now is refused. */
  async decide(held: Id[], chance: Chance): Promise<void> {
    for (const mutation_id of held) {
      const accepted = chance.is(0.8) && (await this.#push('accept_held', { mutation_id })).outcome === 'applied'
      if (!accepted) await this.#push('refuse_held', { mutation_id, reason: '时间不符，请重新登记' })
    }
  }

  /** End the session that a phone's cookie stands for. */
  async expire(cookie: Record<string, string>): Promise<void> {
    // Without a cookie it would be the desk's own session that ends.
    if (cookie.Cookie) await this.#ask('DELETE', '/api/session', cookie).catch(() => {})
  }

  async #push(name: string, args: object): Promise<Receipt> {
    this.#signedIn ??= this.#signIn()
    await this.#signedIn
    this.#number += 1
    const now = new Date().toISOString()
    const mutation = { id: uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))), number: this.#number, name, at: now, args }
    const waiting = { mutations: 0, photos: 0, bytes: 0 }
    const body = { device: this.#device, rulebook: hash, sent_at: now, waiting, mutations: [mutation] }
    const answer = await this.#patiently<PushAnswer>('/api/sync/push', body)
    return answer.receipts[0] as Receipt
  }

  async #signIn(): Promise<void> {
    const asked = { login: this.login, password: this.password, device_label: '后台', want_token: true }
    const opened = await this.#patiently<{ token: string; device: { id: Id } }>('/api/session', asked)
    this.#token = opened.token
    this.#device = opened.device.id
  }

  async #patiently<T>(path: string, body: object): Promise<T> {
    let heard = ''
    for (let tries = 0; tries < PATIENCE; tries++) {
      const answer = await this.#ask('POST', path, {}, body).catch(() => null)
      if (answer?.ok) return (await answer.json()) as T
      heard = answer ? await answer.text() : 'nothing'
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    throw new Error(`the desk got no answer from ${path} but ${heard}`)
  }

  #ask(method: string, path: string, more: Record<string, string>, body?: object): Promise<Response> {
    const known: Record<string, string> = this.#token && !more.Cookie ? { Authorization: `Bearer ${this.#token}` } : {}
    const headers = { 'Content-Type': 'application/json', ...known, ...more }
    return fetch(this.server + path, { method, headers, body: body && JSON.stringify(body) })
  }
}
