/** Know which base maps this phone may show, and which one was chosen: the server names them, whoever holds the phone chooses. */
import type { Line } from './phone'
import { askJson } from './server'

export type BaseMapFile = { url: string; size_bytes: number; etag: string; tile_type: string; layers: readonly string[] }
/** As the server offers it: the templates of a service's layers, or a file. */
export type OfferedBaseMap = {
  name: string
  title: { zh: string; en: string }
  attribution: string
  review_number: string
  crs: string
  min_zoom: number
  max_zoom: number
  tile_size: number
  bounds?: readonly [west: number, south: number, east: number, north: number]
  tiles?: readonly string[]
  file?: BaseMapFile
}

const KEY = 'gridwalk.base-map'
const PART_TIMEOUT_MS = 30_000

/** Errors: Unanswered, NotSignedIn, Refusal. */
export async function askBaseMaps(line: Line): Promise<OfferedBaseMap[]> {
  const answer = await askJson<{ base_maps: OfferedBaseMap[] }>(line, { path: '/api/base-maps' }, (value) => Array.isArray(value.base_maps))
  return answer.base_maps
}

/** The name of the base map that was chosen on this phone; '' is none, as at first. */
export function chosenBaseMap(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}

export function chooseBaseMap(name: string): void {
  try {
    localStorage.setItem(KEY, name)
  } catch {
    // Without storage it is chosen again next time.
  }
}

/** The file on the server is another by now than the one that was offered. */
export class OtherEdition extends Error {
  override name = 'OtherEdition'
}

/** Return a part of a file on the server, and never one of another edition. Errors: OtherEdition, or why it did not come. */
export async function filePart({ url, etag }: BaseMapFile, offset: number, length: number, signal?: AbortSignal): Promise<ArrayBuffer> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), PART_TIMEOUT_MS)
  const callOff = () => stop.abort()
  signal?.addEventListener('abort', callOff)
  try {
    const headers = { Range: `bytes=${offset}-${offset + length - 1}`, 'If-Range': etag }
    const answer = await fetch(url, { headers, signal: stop.signal, credentials: 'same-origin', cache: 'no-store' })
    if (answer.status === 200 || answer.status === 416) throw new OtherEdition()
    if (answer.status !== 206) throw new Error(`a part of the base map was answered ${answer.status}`)
    return await answer.arrayBuffer()
  } finally {
    stop.abort()
    clearTimeout(timer)
    signal?.removeEventListener('abort', callOff)
  }
}
