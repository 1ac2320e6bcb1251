import { expect, it } from 'vitest'
import type { Kept } from '../device/database'
import { Database } from '../device/database'
import { among, shownRows, within } from './shown-rows'

const [GRID, NEXT] = ['450299001002001', '450299001002002']
const OTHER = '450299001003001'

async function grids(): Promise<Database> {
  const database = new Database(crypto.randomUUID())
  const rows = [GRID, NEXT, OTHER].map((code) => ({ id: code, code, community_code: code.slice(0, 12) }))
  await database.grid.bulkPut(rows as Kept<'grid'>[])
  return database
}
const ids = (rows: readonly { id: string }[]) => rows.map((row) => row.id).sort()

it('reads by area, each row once though one area lies in another, and nothing for nobody', async () => {
  const database = await grids()
  expect(ids(await within(database.grid, 'code', [GRID, GRID.slice(0, 12), GRID]))).toEqual([GRID, NEXT])
  expect(ids(await within(database.grid, 'code', []))).toEqual([])
})

it('reads every row that has one of the values', async () => {
  const database = await grids()
  expect(ids(await among(database.grid, 'community_code', [OTHER.slice(0, 12), GRID.slice(0, 12), 'none']))).toEqual([GRID, NEXT, OTHER])
})

it('gives a screen the rows of its own search', async () => {
  const database = await grids()
  const author = { id: 'lan', name: '兰', licence_number: null, postings: [] }
  const shown = await shownRows(database, { grid: (open) => within(open.grid, 'code', [NEXT]), hazard: true }, author)
  expect([ids(shown.grid ?? []), shown.hazard]).toEqual([[NEXT], []])
})
