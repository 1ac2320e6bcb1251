/** Read rows as the screen shows them, with this phone's own records on top. */
import type { Collection, Table } from 'dexie'
import { type Author, type RowSet, replay, type ShownRow } from '../core/replay'
import { subjectsOf } from '../core/outbox'
import type { Id, Kind, Mutation } from '../core/types'
import type { Database, Kept } from '../device/database'

/** Which rows a screen wants of a kind: `true` for all, else its own search. */
export type Wanted = { [K in Kind]?: true | ((database: Database) => Collection<Kept<K>> | Promise<Kept<K>[]>) }

/** Return the rows whose code begins with one of these, each area in one reading: `startsWithAnyOf` would step from row to row. */
export async function within<R>(table: Table<R>, index: string, codes: readonly string[]): Promise<R[]> {
  const outermost = [...new Set(codes)].filter((code) => !codes.some((other) => other !== code && code.startsWith(other)))
  return (await Promise.all(outermost.map((code) => table.where(index).startsWith(code).toArray()))).flat()
}

/** Return the rows that have one of these values, each value in one reading: `anyOf` would step from row to row. */
export async function among<R>(table: Table<R>, index: string, values: readonly string[]): Promise<R[]> {
  return (await Promise.all(values.map((value) => table.where(index).equals(value).toArray()))).flat()
}

/**
 * Return the wanted rows, replayed. Meant to run inside `liveQuery`, which then follows every pull and every record.
 * What this phone's records make or name (their places, buildings and hazards) comes along, so that a hazard reported
 * here knows its place: where a search matters, filter the result by it once more.
 */
export async function shownRows(database: Database, wanted: Wanted, author: Author): Promise<Required<Pick<RowSet, keyof Wanted>>> {
  const kinds = Object.keys(wanted) as Kind[]
  const recorded = database.mutations.where('shows').equals(1).toArray()
  const found = await Promise.all(kinds.map((kind) => read(database, kind, wanted)))
  const rows = Object.fromEntries(kinds.map((kind, index) => [kind, found[index]])) as RowSet
  const mutations = await recorded
  await readNamed(database, rows, mutations)
  const shown = replay(rows, mutations, author)
  return Object.fromEntries(kinds.map((kind) => [kind, shown[kind] ?? []])) as Required<RowSet>
}

async function read<K extends Kind>(database: Database, kind: K, wanted: Wanted): Promise<ShownRow<K>[]> {
  const choose = wanted[kind]
  const chosen = choose === true || choose === undefined ? database.table(kind).toCollection() : choose(database)
  return (await ('toArray' in chosen ? chosen.toArray() : chosen)) as ShownRow<K>[]
}

/** The tables that `shownRows` reads, for a transaction around it. */
export const tablesFor = (database: Database, wanted: Wanted): Table[] =>
  [...new Set([...Object.keys(wanted), ...NAMED, 'mutations'])].map((name) => database.table(name))

const NAMED: Kind[] = ['household', 'premises', 'building', 'hazard', 'visit']

/** Add the rows that the records name but the screen did not ask for: they tell a reported hazard its place and grid. */
async function readNamed(database: Database, rows: RowSet, mutations: Mutation[]): Promise<void> {
  if (mutations.length === 0) return
  const ids = new Set(mutations.flatMap(subjectsOf))
  for (const kind of NAMED) await addMissing(database, rows, kind, [...ids])
  const buildings = (rows.household ?? []).filter((row) => ids.has(row.id)).map((row) => row.building_id)
  await addMissing(database, rows, 'building', buildings)
}

async function addMissing(database: Database, rows: RowSet, kind: Kind, ids: Id[]): Promise<void> {
  const here: ShownRow<Kind>[] = rows[kind] ?? []
  const known = new Set(here.map((row) => row.id))
  const more = await database.table(kind).bulkGet(ids.filter((id) => !known.has(id)))
  Object.assign(rows, { [kind]: [...here, ...more.filter((row) => row !== undefined)] })
}
