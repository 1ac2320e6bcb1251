/** Bring the changed rows of the person's reach to the phone, page by page, each page whole or not at all. */
import { problemCode } from '../core/outbox'
import { type Id, KINDS, type Kind, type PullAnswer } from '../core/types'
import type { Cursor, Database, Kept } from '../device/database'
import type { Phone } from '../device/phone'
import { askJson, Refusal, Unanswered } from '../device/server'
import { atOneMoment, surviving } from '../device/storage'
import type { Table } from 'dexie'

const FRESH: Cursor = { scope: 'pull', cursor: null, start: 0, starting: true, completed_at: null }
const PAGES = 2_000
const TIMEOUT_MS = 60_000

/**
 * Pull until the server has no more; return how many pages were kept.
 * A stale cursor begins afresh: rows of before stay readable until the new ones are all here, and what the person has
 * made is never touched. Errors: Unanswered, NotSignedIn, Refusal.
 */
export async function pull(phone: Phone): Promise<number> {
  const { database } = phone
  let settled: Id[] | undefined
  for (let pages = 0; pages < PAGES; pages++) {
    const { at, grids, receipts } = await standing(database)
    settled ??= receipts
    const answer = await askPage(phone, at, grids)
    if (answer === 'stale') await beginAfresh(database, at)
    else if ((await keepPage(phone, at, answer, settled)) && !answer.more) return pages + 1
  }
  throw new Unanswered('endless', 500)
}

/** Where the pull stands, which grids were chosen, and the records with a receipt: once a pull that begins now is complete, the server's rows speak for them. */
function standing(database: Database): Promise<{ at: Cursor; grids: string[]; receipts: Id[] }> {
  const { cursor, kv, mutations } = database
  return atOneMoment(database, [cursor, kv, mutations], async () => ({
    at: (await cursor.get('pull')) ?? FRESH,
    grids: (await database.recall<string[]>('grids')) ?? [],
    receipts: await mutations
      .where('shows')
      .equals(1)
      .filter(({ state }) => state === 'applied')
      .primaryKeys(),
  }))
}

async function askPage(phone: Phone, at: Cursor, grids: string[]): Promise<PullAnswer | 'stale'> {
  const asked = new URLSearchParams()
  if (at.cursor !== null) asked.set('cursor', at.cursor)
  if (grids.length) asked.set('grids', grids.join(','))
  const path = `/api/sync/pull?${asked}`
  try {
    return await askJson<PullAnswer>(phone, { path, timeout_ms: TIMEOUT_MS }, isPage)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (at.cursor !== null && problemCode(error.problem) === 'cursor-stale') return 'stale'
    if (!grids.length || error.status !== 404) throw error
    // A posting has ended: the chosen grids are no longer all within reach. The person's own are fetched instead.
    await phone.database.remember('grids', [])
    return 'stale'
  }
}

function isPage({ cursor, rows, gone }: Partial<PullAnswer>): boolean {
  return typeof cursor === 'string' && typeof rows === 'object' && rows !== null && Array.isArray(gone)
}

/** Choose other grids to carry along, at most 20; everything is fetched anew. */
export async function chooseGrids(phone: Phone, codes: string[]): Promise<void> {
  await phone.database.remember('grids', codes.slice(0, 20))
  await beginAfresh(phone.database, (await phone.database.cursor.get('pull')) ?? FRESH)
}

async function beginAfresh(database: Database, at: Cursor): Promise<void> {
  await surviving(database, () => database.cursor.put({ ...at, cursor: null, start: at.start + 1, starting: true }))
}

/** Keep one page with its cursor in one transaction. False when another tab has moved on meanwhile: then this page counts for nothing. */
async function keepPage(phone: Phone, at: Cursor, answer: PullAnswer, settled: Id[]): Promise<boolean> {
  const { database } = phone
  const tables = [...KINDS.map((kind) => database.table(kind)), database.cursor, database.mutations]
  return surviving(database, () =>
    database.transaction('rw', tables, async () => {
      const now = (await database.cursor.get('pull')) ?? FRESH
      if (now.cursor !== at.cursor || now.start !== at.start) return false
      await putPage(database, answer, at.start)
      if (!answer.more) await finish(database, at, settled)
      const completed_at = answer.more ? at.completed_at : new Date(phone.clock.now()).toISOString()
      await database.cursor.put({ ...at, cursor: answer.cursor, starting: at.starting && answer.more, completed_at, left_out: answer.left_out ?? [] })
      return true
    }),
  )
}

async function putPage(database: Database, answer: PullAnswer, start: number): Promise<void> {
  for (const kind of KINDS) await putRows(database, kind, answer, start)
  for (const { kind, id } of answer.gone) await dropRow(database, kind, id)
}

async function putRows<K extends Kind>(database: Database, kind: K, answer: PullAnswer, start: number): Promise<void> {
  const rows = answer.rows[kind] ?? []
  if (rows.length) await table(database, kind).bulkPut(rows.map((row) => ({ ...row, start }) as Kept<K>))
}

async function dropRow(database: Database, kind: Kind, id: Id): Promise<void> {
  // A newer server may know kinds that this app does not.
  if (!KINDS.includes(kind)) return
  const named = kind === 'checklist' ? 'row_id' : 'id'
  await table(database, kind).where(named).equals(id).delete()
}

/** The pull is complete: sweep what a fresh start did not bring again, and stop adding the settled records by hand. */
async function finish(database: Database, at: Cursor, settled: Id[]): Promise<void> {
  if (at.starting)
    for (const kind of KINDS)
      await table(database, kind)
        .filter((row) => row.start < at.start)
        .delete()
  await database.mutations
    .where('id')
    .anyOf(settled)
    .filter((mutation) => mutation.state === 'applied')
    .modify({ shows: 0 })
}

function table<K extends Kind>(database: Database, kind: K): Table<Kept<K>> {
  return database.table(kind)
}
