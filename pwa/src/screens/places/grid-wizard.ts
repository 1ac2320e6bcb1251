/** Ask about a surveyor's file of grids: what it holds, what would be wrong, and which of its columns was which last time. */
import type { Day, Id } from '@/core/types'
import { askJson } from '@/device/server'
import type { GridFeatures } from '@/parts/projection'
import { server } from '@/sync/here'

export const COLUMNS = ['code', 'name', 'kind'] as const
export type Column = (typeof COLUMNS)[number]
export type Columns = Partial<Record<Column, string>>
export type Encoding = 'utf-8' | 'gb18030'
export type Look = {
  layers: string[]
  layer: string
  features: number
  fields: { name: string; samples: string[] }[]
  columns: Columns
  declares: string | null
  crs: string | null
  encoding: string
  encoding_said_by: string
}
export type Repair = 'wind' | 'close' | 'drop_height' | 'untangle' | 'clean' | 'exclave'
export type Fault = { kind: string; zh: string; en: string; feature: number | null; at: [lon: number, lat: number] | null; agree: Repair | null }
export type Report = {
  is_clean: boolean
  grids: number
  communities: Record<string, number>
  faults: Fault[]
  fault_count: number
  agreeable: Repair[]
  repaired: Partial<Record<Repair, number>>
  notes: { kind: string; zh: string; en: string }[]
}
export type Surveyed = { report: Report; preview: GridFeatures; survey_id: Id | null }
export type Progress = { stage: string; done: number; of: number }
export type Wish = { layer: string; crs: string; columns: Columns; effective_on: Day; agreed: Repair[] }

export const MOST_BYTES = 32_000_000
/** The file may wait for another one before it is read, which may take two minutes. */
const PATIENCE_MS = 270_000

/** Return the systems that may be stated: four datums, then the zones of 3° with and without their number in front. */
export function systems(): { value: string; meridian: number; zone: number | null }[] {
  const degrees = ['cgcs2000', 'wgs84', 'gcj02', 'bd09'].map((value) => ({ value, meridian: 0, zone: null }))
  const numbers = Array.from({ length: 21 }, (_, index) => index)
  const plain = numbers.map((index) => ({ value: `EPSG:${4534 + index}`, meridian: 75 + 3 * index, zone: null }))
  const prefixed = numbers.map((index) => ({ value: `EPSG:${4513 + index}`, meridian: 75 + 3 * index, zone: 25 + index }))
  return [...degrees, ...plain, ...prefixed]
}

export async function bring(file: File): Promise<{ file_id: Id; look: Look }> {
  const bytes = await file.arrayBuffer()
  const path = `/api/grids/files?name=${encodeURIComponent(file.name)}`
  return await askJson(server, { method: 'POST', path, bytes, headers: { 'Content-Type': 'application/octet-stream' }, timeout_ms: PATIENCE_MS })
}

export async function lookInto(file_id: Id, layer: string, encoding: Encoding | null): Promise<Look> {
  const query = new URLSearchParams({ layer, ...(encoding ? { encoding } : {}) })
  return await askJson(server, { path: `/api/grids/files/${file_id}?${query}`, timeout_ms: PATIENCE_MS })
}

export async function survey(file_id: Id, wish: Wish): Promise<Surveyed> {
  return await askJson(server, { method: 'POST', path: `/api/grids/files/${file_id}/survey`, json: wish, timeout_ms: PATIENCE_MS })
}

export async function progressOf(about: Id): Promise<Progress> {
  return await askJson(server, { path: `/api/grids/progress/${about}` })
}

/** What is still missing before the file can be surveyed; null when nothing is. */
export function missing(look: Look | null, crs: string, columns: Columns, effective_on: Day): 'file' | 'crs' | 'code' | 'name' | 'effective' | null {
  if (!look) return 'file'
  if (crs === '' || crs === 'unknown') return 'crs'
  if (!columns.code) return 'code'
  if (!columns.name) return 'name'
  return effective_on ? null : 'effective'
}

const KEY = 'gridwalk.grid-columns'

/** Return the columns that were chosen when a file last had these very fields. */
export function remembered(fields: readonly string[], storage: Pick<Storage, 'getItem'>): Columns | null {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, Columns>
    return kept[nameOf(fields)] ?? null
  } catch {
    return null
  }
}

const KEPT = 20

export function remember(fields: readonly string[], columns: Columns, storage: Pick<Storage, 'getItem' | 'setItem'>): void {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, Columns>
    delete kept[nameOf(fields)]
    const latest = Object.entries(kept).slice(1 - KEPT)
    storage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(latest), [nameOf(fields)]: columns }))
  } catch {
    // A browser that keeps nothing asks anew each time.
  }
}

function nameOf(fields: readonly string[]): string {
  return JSON.stringify([...fields].sort())
}
