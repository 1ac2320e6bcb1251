/** Make the identities of records: UUIDs that sort by time, and the receipt number that a person can read aloud. */
import type { Id } from './types'

/**
 * Return a UUID of version 7.
 * Units: `now_ms` since 1970; `random` is 10 random bytes.
 * Source: RFC 9562 §5.7.
 */
export function uuidv7(now_ms: number, random: Uint8Array): Id {
  const time = Math.max(0, Math.floor(now_ms)).toString(16).padStart(12, '0').slice(-12)
  const [first = 0, second = 0, third = 0, ...rest] = random.slice(0, 10)
  const version = (0x7000 | ((first & 0x0f) << 8) | second).toString(16)
  const variant = (0x80 | (third & 0x3f)).toString(16).padStart(2, '0')
  const tail = hex([...rest, ...Array<number>(7).fill(0)].slice(0, 7))
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}${tail.slice(0, 2)}-${tail.slice(2)}`
}

/** Return the number as it is printed and read aloud: X7K2-0047. It exists before the server has heard of the record. */
export function receiptNumber(device_code: string, number: number): string {
  return `${device_code}-${String(number).padStart(4, '0')}`
}

export function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
