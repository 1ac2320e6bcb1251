/** Hear from the server that something has changed, and fall back to asking once a minute where it cannot be heard. */
import { waitBefore } from '../core/outbox'
import { type Phone, pause } from '../device/phone'

/** The server speaks every 20 s, if only a comment; silence for longer means the line is dead. */
const SILENCE_MS = 50_000
const POLL_MS = 60_000

type Revision = { tenant: string; revision: number }

/**
 * Call `onChange` at every change the server tells of, and every minute while it cannot be heard.
 * Returns when the signal says stop. Errors: none; the line is simply taken up again.
 */
export async function live(phone: Phone, onChange: (revision: number | null) => void, signal: AbortSignal): Promise<void> {
  let tries = 0
  while (!signal.aborted) {
    const heard = await listen(phone, onChange, signal)
    tries = heard ? 0 : tries + 1
    if (signal.aborted) return
    await pause(phone.clock, tries > 6 ? POLL_MS : waitBefore(Math.max(1, tries), chance(phone)), signal)
    // Whatever changed while nobody listened.
    if (!signal.aborted) onChange(null)
  }
}

/** Listen until the line breaks; return whether anything was heard. */
async function listen(phone: Phone, onChange: (revision: number) => void, signal: AbortSignal): Promise<boolean> {
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

async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<{ revisions: Revision[] }> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const events = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/)
    rest = events.pop() ?? ''
    yield { revisions: events.flatMap(revisionOf) }
  }
}

/** Read one event of the stream; anything but a revision is passed over. */
export function revisionOf(event: string): Revision[] {
  const lines = event.split(/\r?\n/)
  if (!lines.some((line) => /^event: ?revision$/.test(line))) return []
  const text = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart())
  try {
    const revision = JSON.parse(text.join('\n')) as Revision
    return typeof revision.revision === 'number' ? [revision] : []
  } catch {
    return []
  }
}

function chance(phone: Phone): number {
  return (phone.crypto.random(1)[0] ?? 0) / 256
}
