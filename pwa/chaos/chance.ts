/** Choose by a seed: the same seed chooses the same again, whatever the clock says. */

/** A source of choices of its own; two with different names never follow each other. */
export class Chance {
  #state: number

  constructor(seed: number, name = '') {
    let state = Math.imul(seed + 1, 2654435761) >>> 0
    for (const character of name) state = (Math.imul(state ^ character.charCodeAt(0), 16777619) + 40503) >>> 0
    this.#state = state
  }

  /** Return a number in [0, 1): splitmix32. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state ^ (this.#state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }

  is(probability: number): boolean {
    return this.next() < probability
  }

  /** Return a whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** Return one of the choices. Errors: when there is none. */
  of<T>(choices: readonly T[]): T {
    const index = Math.floor(this.next() * choices.length)
    if (index >= choices.length) throw new Error('nothing to choose from')
    return choices[index] as T
  }

  /** Return a key, each as often as its weight says. */
  weighted<K extends string>(weights: Record<K, number>): K {
    const keys = Object.keys(weights) as K[]
    let left = this.next() * keys.reduce((total, key) => total + weights[key], 0)
    for (const key of keys) {
      left -= weights[key]
      if (left < 0) return key
    }
    return keys[keys.length - 1] as K
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at++) bytes[at] = Math.floor(this.next() * 256)
    return bytes
  }
}
