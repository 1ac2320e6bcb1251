/** Name what a bad network does to a request, how often, and choose it by a seed. */
import type { Chance } from './chance'

export type Trouble =
  /** Never arrives; the line breaks. */
  | 'dropped'
  /** Arrives and is done; the answer is lost. */
  | 'lost'
  /** Never arrives, and the line stays open until the phone gives up. */
  | 'silent'
  /** Half of the request arrives, then the line breaks. */
  | 'cut'
  /** Half of the answer arrives, then the line breaks. */
  | 'answer-cut'
  /** Half of the answer arrives, and a proxy calls it whole. */
  | 'answer-short'
  /** Arrives late, answered late. */
  | 'slow'
  /** The phone has given up long before it arrives: after whatever the phone sent next. */
  | 'overtaken'
  /** Arrives twice at once. */
  | 'twice'
  /** Arrives again after others. */
  | 'again-later'
  /** One byte of a piece of a photo is wrong. */
  | 'damaged'
  /** A server or a proxy in trouble. */
  | 'trouble'
  /** A captive portal: 200 with a page. */
  | 'portal'
  /** A captive portal: 200 with JSON of its own. */
  | 'portal-json'
  /** A captive portal: sends elsewhere. */
  | 'redirect'

export type Weather = 'calm' | 'bad' | 'awful'
export const WEATHERS: Record<Weather, number> = { calm: 15, bad: 55, awful: 30 }
/** How many of a hundred requests meet trouble. */
const TROUBLED: Record<Weather, number> = { calm: 0.02, bad: 0.2, awful: 0.5 }

const OFTEN: Record<Trouble, number> = {
  ...{ dropped: 14, lost: 16, silent: 4, cut: 12, 'answer-cut': 8, 'answer-short': 4, slow: 10, overtaken: 5 },
  ...{ twice: 8, 'again-later': 8, damaged: 6, trouble: 10, portal: 6, 'portal-json': 3, redirect: 2 },
}
export const TROUBLES = Object.keys(OFTEN) as Trouble[]
const STATUSES = [500, 500, 502, 503, 503, 504, 429, 408] as const

/** What happens to one request, and what it needs to be told to the byte. */
export type Fate = { trouble: Trouble | null; share: number; wait_ms: number; status: number; again_ms: number }

/** Return the fate of a phone's next request. Every request takes the same number of choices, whatever becomes of it. */
export function fateOf(chance: Chance, weather: Weather): Fate {
  const isTroubled = chance.is(TROUBLED[weather])
  const trouble = chance.weighted(OFTEN)
  const fate = { share: chance.next(), wait_ms: chance.between(20, 700), status: chance.of(STATUSES), again_ms: chance.between(100, 2500) }
  return { ...fate, trouble: isTroubled ? trouble : null }
}
