/** Look up what the server has still to hear of, all at one moment. */
import type { Table } from 'dexie'
import { atOneMoment } from './storage'

type Found<Row> = { toArray: Row; primaryKeys: string }

/**
 * Return the rows, or the keys, of what waits and what is under way. In one transaction: between two, another tab may
 * move a record from the state looked up last to the one looked up first, and what hangs on it would be sent without it.
 * (One index search per state: `anyOf` would step through the rows one by one.)
 */
export async function inBoth<Row, How extends keyof Found<Row>>(
  table: Table<Row>,
  under_way: string,
  how: How,
): Promise<Found<Row>[How][]> {
  const look = (state: string) => table.where('state').equals(state)[how]() as PromiseLike<Found<Row>[How][]>
  return (await atOneMoment(table.db, [table], () => Promise.all(['waiting', under_way].map(look)))).flat()
}
