/** Hear from the server that something has changed, and fall back to asking once a minute where it cannot be heard. */
import { waitBefore } from '../core/outbox'
import { type Phone, pause } from '../device/phone'

/** The server speaks every 20 s, if only a comment; silence for longer means the line is dead. */
const SILENCE_MS = 50_000
const POLL_MS = 60_000

type Revision = { tenant: string; revision: number }
/** How the subdistricts beyond the own one stand, in one word that only those hear who reach them. */
type Elsewhere = { edition: string }
/** Hears that something may have changed: null when the line was taken up again after it broke or could not be. */
type Hears<T> = (heard: T | null) => void

/**
 * Call `onChange` at every change of the own subdistrict that the server tells of, and every minute while it cannot be
 * heard; `onElsewhere` with the edition of all others within reach, whenever there is a new one or none can be heard.
 * Returns when the signal says stop. Errors: none; the line is simply taken up again.
 */
export async function live(phone: Phone, onChange: Hears<number>, signal: AbortSignal, onElsewhere: Hears<string> = () => undefined): Promise<void> {
  let tries = 0
  while (!signal.aborted) {
    const heard = await listen(phone, onChange, signal, onElsewhere)
    tries = heard ? 0 : tries + 1
    if (signal.aborted) return
    await pause(phone.clock, tries > 6 ? POLL_MS : waitBefore(Math.max(1, tries), chance(phone)), signal)
    // Whatever changed while nobody listened.
    if (signal.aborted) return
    onChange(null)
    // A line that breaks now and then says at once what was missed; only one that never comes about leaves it open.
    if (!heard) onElsewhere(null)
  }
}

/** Listen until the line breaks; return whether anything was heard. */
async function listen(phone: Phone, onChange: Hears<number>, signal: AbortSignal, onElsewhere: Hears<string>): Promise<boolean> {
  const stop = new AbortController()
  const forward = () => stop.abort()
  signal.addEventListener('abort', forward)
  const silence = watchdog(phone, forward)
  let heard = false
  try {
    const headers = { Accept: 'text/event-stream', ...phone.headers }
    const init: RequestInit = { headers, signal: stop.signal, redirect: 'error', credentials: 'same-origin', cache: 'no-store' }
    const response = await phone.fetch(`${phone.server}/api/sync/live`, init)
    if (!response.ok || !/^text\/event-stream/.test(response.headers.get('Content-Type') ?? '') || !response.body) return false
    for await (const text of chunks(response.body)) {
      silence.heard()
      heard = true
      for (const { revision } of text.revisions) onChange(revision)
      for (const { edition } of text.elsewhere) onElsewhere(edition)
    }
  } catch {
    // A broken line is the normal end of listening.
  } finally {
    silence.callOff()
    signal.removeEventListener('abort', forward)
  }
  return heard
}

function watchdog(phone: Phone, bark: () => void): { heard(): void; callOff(): void } {
  let callOff = phone.clock.after(SILENCE_MS, bark)
  return {
    heard() {
      callOff()
      callOff = phone.clock.after(SILENCE_MS, bark)
    },
    callOff: () => callOff(),
  }
}

async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<{ revisions: Revision[]; elsewhere: Elsewhere[] }> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const events = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/)
    rest = events.pop() ?? ''
    yield { revisions: events.flatMap(revisionOf), elsewhere: events.flatMap(elsewhereOf) }
  }
}

/** Read one event of the stream; anything but a revision is passed over. */
export function revisionOf(event: string): Revision[] {
  const told = said<Revision>(event, 'revision')
  return typeof told?.revision === 'number' ? [told as Revision] : []
}

/** Read one event of the stream; anything but an edition of what lies elsewhere is passed over. */
export function elsewhereOf(event: string): Elsewhere[] {
  const told = said<Elsewhere>(event, 'elsewhere')
  return typeof told?.edition === 'string' ? [told as Elsewhere] : []
}

/** Return what an event of a name says; null for another one, and for what cannot be read. */
function said<T>(event: string, name: string): Partial<T> | null {
  const lines = event.split(/\r?\n/)
  if (!lines.some((line) => line === `event:${name}` || line === `event: ${name}`)) return null
  const text = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart())
  try {
    return JSON.parse(text.join('\n')) as Partial<T> | null
  } catch {
    return null
  }
}

function chance(phone: Phone): number {
  return (phone.crypto.random(1)[0] ?? 0) / 256
}
