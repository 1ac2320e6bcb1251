/** Hold the rows that are being replayed: copied when first changed, never the pulled ones themselves. */
import type { Doer } from './lifecycle'
import { receiptNumber } from './numbers'
import { type Id, KINDS, type Kind, type Mutation, type Rows } from './types'

/** Who made the records on this phone. */
export type Author = Doer & { name: string }
/** A row with the ids of the records that changed it here; absent when it is just as the server sent it. */
export type ShownRow<K extends Kind> = Rows[K] & { unsent?: Id[] }
export type RowSet = { [K in Kind]?: ShownRow<K>[] }

export class Shown {
  readonly #kinds = new Map<Kind, Map<string, ShownRow<Kind>>>()

  constructor(rows: RowSet) {
    for (const kind of KINDS) {
      const given: ShownRow<Kind>[] | undefined = rows[kind]
      if (given) this.#kinds.set(kind, new Map(given.map((row) => [keyOf(kind, row), row])))
    }
  }

  get<K extends Kind>(kind: K, id: Id): ShownRow<K> | undefined {
    return this.#kinds.get(kind)?.get(id) as ShownRow<K> | undefined
  }

  /** Whether the screen asked for this kind at all. */
  has(kind: Kind): boolean {
    return this.#kinds.has(kind)
  }

  /** Change a row in the name of a record; nothing happens when the row is not here. */
  change<K extends Kind>(kind: K, id: Id, mutation: Pick<Mutation, 'id'>, changes: Partial<Rows[K]>): void {
    const row = this.get(kind, id)
    if (row)
      this.#kinds.get(kind)?.set(id, { ...row, ...changes, unsent: [...(row.unsent ?? []), mutation.id] } as unknown as ShownRow<Kind>)
  }

  /** Add the row that a record makes. The server's own row wins once it is here. */
  add<K extends Kind>(kind: K, mutation: Pick<Mutation, 'id'>, row: Rows[K]): void {
    const rows = this.#kinds.get(kind)
    if (rows && !rows.has(row.id)) rows.set(row.id, { ...row, unsent: [mutation.id] } as unknown as ShownRow<Kind>)
  }

  remove(kind: Kind, id: Id): void {
    this.#kinds.get(kind)?.delete(id)
  }

  rows(): RowSet {
    return Object.fromEntries([...this.#kinds].map(([kind, rows]) => [kind, [...rows.values()]]))
  }
}

function keyOf(kind: Kind, row: ShownRow<Kind>): string {
  return kind === 'checklist' ? `${row.id}#${(row as Rows['checklist']).version}` : row.id
}

/** The number as it will stand on the server's row. */
export function numberOf(mutation: Pick<Mutation, 'device_code' | 'number'>): string {
  return receiptNumber(mutation.device_code, mutation.number)
}
