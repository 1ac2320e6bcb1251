/** Records kept back for some seconds so that they can be undone: safe on the phone, and not yet in its queue. */
import type { Database } from './database'
import { surviving } from './storage'

export const KEPT_BACK = 'sealed:'
export const keptBack = (database: Database) => database.kv.where('key').startsWith(KEPT_BACK)

/** Return how many there are; a locked database, which cannot be read, may be asked. */
export const countKeptBack = (database: Database): Promise<number> => surviving(database, () => keptBack(database).count())
