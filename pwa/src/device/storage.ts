/** Survive what browsers do to a local database: close it under an open form, or run out of room. */
import Dexie, { type Table } from 'dexie'

/** The phone has no room; nothing of the attempted change was kept. */
export class StorageFull extends Error {
  override name = 'StorageFull'
  readonly words = {
    zh: '手机满了，这一条还没有存下。请先上传，或清理相册后再存一次',
    en: 'Phone full: this was not saved. Upload first or free some space, then save again',
  }
}

/** The local database cannot be opened, for instance in a private window. */
export class StorageUnavailable extends Error {
  override name = 'StorageUnavailable'
  readonly words = {
    zh: '浏览器不让本应用存数据。请不要用无痕模式，换系统浏览器打开',
    en: 'This browser does not let the app store anything. Leave private mode or use the system browser',
  }
}

/** The browser has cleared what lay on the phone, the name of the device included; an open form is still on the screen. */
export class StorageCleared extends Error {
  override name = 'StorageCleared'
  readonly words = {
    zh: '浏览器清掉了本机的数据。请登录一次，再保存这张表格；表格里的照片要重拍',
    en: 'The browser cleared what lay on this phone. Sign in once, then save this form again; take its photos again',
  }
}

// iOS closes the database of a page in the background; the connection is gone but the data are not.
const LOST = new Set(['DatabaseClosedError', 'UnknownError', 'InvalidStateError'])
const FORBIDDEN = new Set(['MissingAPIError', 'OpenFailedError', 'SecurityError', 'InvalidAccessError'])

/**
 * Return what `work` returns; when the connection was lost, open the database again and do it once more.
 * `work` must therefore be repeatable: a transaction that is keyed by ids.
 * Within a transaction it does no more than the work: whoever began it begins it again.
 * Errors: StorageFull, StorageUnavailable, else what `work` threw.
 */
export async function surviving<T>(database: Dexie, work: () => PromiseLike<T>): Promise<T> {
  if (isInTransaction(database)) return work()
  try {
    return await work()
  } catch (error) {
    if (!causes(error).some((name) => LOST.has(name))) throw worded(error)
    return again(database, work)
  }
}

/**
 * Return what `look` reads of these tables as they are at one moment, whatever another tab does meanwhile. It reads
 * nothing else. Within a transaction that moment is the transaction's.
 */
export function atOneMoment<T>(database: Dexie, tables: Table[], look: () => Promise<T>): Promise<T> {
  // Dexie follows the awaits of a function only where it is itself an async one.
  return isInTransaction(database) ? look() : surviving(database, () => database.transaction('r', tables, async () => look()))
}

function isInTransaction(database: Dexie): boolean {
  return Dexie.currentTransaction?.db === database
}

async function again<T>(database: Dexie, work: () => PromiseLike<T>): Promise<T> {
  try {
    database.close()
    await database.open()
    return await work()
  } catch (error) {
    throw worded(error)
  }
}

function worded(error: unknown): unknown {
  const names = causes(error)
  if (names.includes('QuotaExceededError')) return new StorageFull(undefined, { cause: error })
  if (names.some((name) => FORBIDDEN.has(name))) return new StorageUnavailable(undefined, { cause: error })
  return error
}

/** The names of an error and of the errors inside it: Dexie wraps a full disk as AbortError with an inner one. */
function causes(error: unknown): string[] {
  const names: string[] = []
  let at: unknown = error
  while (at instanceof Error && names.length < 5) {
    names.push(at.name)
    at = (at as { inner?: unknown }).inner ?? at.cause
  }
  return names
}
