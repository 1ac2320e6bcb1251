/** A phone's storage, and what one browser process may do with it until it is killed. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import type { DatabaseOptions } from '../src/device/database'

/** A storage that outlives every browser which used it. */
export class Disk {
  readonly factory = new IDBFactory()
}

/** The way of one process to a disk. After `cut` nothing is written by it, and nothing that it waits for ever comes. */
export class Access {
  readonly options: DatabaseOptions
  #isCut = false
  #open = new Set<IDBDatabase>()
  #running = new Set<IDBTransaction>()

  constructor(
    disk: Disk,
    /** Called whenever a transaction begins and right after one is committed. */
    readonly onMoment: () => void,
  ) {
    this.options = { indexedDB: this.#factoryOf(disk.factory), IDBKeyRange }
  }

  /** Undo what is not committed and close: as a power cut does. */
  cut(): void {
    this.#isCut = true
    for (const transaction of this.#running) abort(transaction)
    for (const database of this.#open) database.close()
  }

  #factoryOf(factory: IDBFactory): IDBFactory {
    const open = (name: string, version?: number): IDBOpenDBRequest => {
      if (this.#isCut) return new EventTarget() as IDBOpenDBRequest
      const request = version === undefined ? factory.open(name) : factory.open(name, version)
      request.addEventListener('success', () => this.#watch(request.result))
      return request
    }
    return new Proxy(factory, {
      get: (target, key) => {
        if (key === 'open') return open
        const value: unknown = Reflect.get(target, key)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #watch(database: IDBDatabase): void {
    if (this.#isCut) return void database.close()
    this.#open.add(database)
    database.addEventListener('close', () => this.#open.delete(database))
    const begin = database.transaction.bind(database)
    database.transaction = (...given: Parameters<IDBDatabase['transaction']>) => {
      this.onMoment()
      const transaction = begin(...given)
      this.#running.add(transaction)
      const over = () => this.#running.delete(transaction)
      transaction.addEventListener('abort', over)
      transaction.addEventListener('complete', () => {
        over()
        this.onMoment()
      })
      return transaction
    }
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It was over already: then it is committed.
  }
}
