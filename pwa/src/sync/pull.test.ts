// @vitest-environment node
import { expect, it } from 'vitest'
import { Unanswered } from '../device/server'
import { pull } from './pull'
import { push } from './push'
import { eachTest, mine, phone, server } from './testing/each-test'
import { aRecord, id } from './testing/phones'

const homes = Array.from({ length: 10 }, () => ({
  id: id(),
  grid_code: '450299001002001',
  place_code: '450299001002001',
  needs_help: false,
}))

eachTest((server) => {
  for (const home of homes) server.put('household', home)
})

const households = async () => (await phone.database.household.toArray()).map((row) => row.id).sort()
const sorted = (rows: { id: string }[]) => rows.map((row) => row.id).sort()

it('brings every page, and afterwards only what changed or went', async () => {
  expect(await pull(phone)).toBe(4)
  expect(await households()).toEqual(sorted(homes))
  server.remove('household', homes[0]?.id ?? '')
  server.put('household', { ...homes[1], id: homes[1]?.id ?? '', needs_help: true } as { id: string })
  expect(await pull(phone)).toBe(1)
  expect(await households()).toEqual(sorted(homes.slice(1)))
  expect((await phone.database.household.get(homes[1]?.id ?? ''))?.needs_help).toBe(true)
})

it('keeps whole pages only and goes on behind them after a cut', async () => {
  server.trouble = () => (server.requests.length === 3 ? 'cut' : undefined)
  await expect(pull(phone)).rejects.toBeInstanceOf(Unanswered)
  expect(await households()).toHaveLength(6)
  expect(await pull(phone)).toBe(2)
  expect(await households()).toEqual(sorted(homes))
})

it('starts afresh when the cursor is stale: old rows stay until the new are here, the queue stays always', async () => {
  await pull(phone)
  await phone.database.record([aRecord()])
  await phone.database.saveDraft({ id: id(), kind: 'visit', subject_id: null, screen: {}, started_at: '', changed_at: '' })
  for (const home of homes.slice(0, 4))
    server.changes.splice(
      server.changes.findIndex((change) => change.id === home.id),
      1,
    )
  server.stale_below = server.revision + 1
  server.revision += 1
  server.trouble = (request) =>
    request.query.get('cursor') !== null && Number(request.query.get('cursor')) > 0 && server.requests.length > 6 ? 503 : undefined
  await expect(pull(phone)).rejects.toBeInstanceOf(Unanswered)
  expect(await households()).toHaveLength(10)
  server.trouble = () => undefined
  server.stale_below = 0
  await pull(phone)
  expect(await households()).toEqual(sorted(homes.slice(4)))
  expect(await phone.database.mutations.count()).toBe(1)
  expect(await phone.database.drafts.count()).toBe(1)
})

it('two tabs pulling at once end with the same rows and the newest cursor', async () => {
  const other = await mine.start()
  await Promise.all([pull(phone), pull(other)])
  expect(await households()).toEqual(sorted(homes))
  expect((await phone.database.cursor.get('pull'))?.cursor).toBe(String(server.revision))
})

it('shows a record by hand until the server’s own row has come, and only then no longer', async () => {
  const [before] = await phone.database.record([aRecord()])
  await push(phone)
  const [during] = await phone.database.record([aRecord()])
  await pull(phone)
  expect((await phone.database.mutations.get(before?.id ?? ''))?.shows).toBe(0)
  expect((await phone.database.mutations.get(during?.id ?? ''))?.shows).toBe(1)
})

it('falls back to the person’s own grids when a chosen one is out of reach', async () => {
  await phone.database.remember('grids', ['450299001009001'])
  server.trouble = (request) => (request.query.get('grids') ? 404 : undefined)
  await pull(phone)
  expect(await households()).toEqual(sorted(homes))
})
