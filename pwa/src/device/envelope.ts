/** Seal for the server and for nobody else: what leaves a locked phone, and the key that a forgotten PIN would lose. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { Id, SealingKeys } from '../core/types'
import { fromBase64, joined } from './base64'

export type Purpose = 'record' | 'photo' | 'data-key'
/** A one-time key, agreed with the server beforehand: it closes one envelope, at once, so that it can be used within a transaction. */
export type Stamp = (plain: Uint8Array) => Uint8Array<ArrayBuffer>

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }
const VERSION = 1

/** Return a stamp of this device for the server. `once` is given by tests only; a one-time key is used once. */
export async function makeStamp(keys: SealingKeys, device_id: Id, purpose: Purpose, once?: CryptoKeyPair): Promise<Stamp> {
  const pair = once ?? (await crypto.subtle.generateKey(CURVE, true, ['deriveBits']))
  const server = await crypto.subtle.importKey('raw', fromBase64(keys.public_key), CURVE, false, [])
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: server }, pair.privateKey, 256))
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const header = joined(Uint8Array.of(VERSION), fromBase64(keys.key_id), uuidBytes(device_id), point)
  // Both secrets go in: who opens needs the server's key, and who sealed must have known this device's.
  const material = await crypto.subtle.importKey('raw', joined(shared, fromBase64(keys.device_key)), 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode(`gridwalk ${purpose} 1`)
  const made = new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: header, info }, material, 44 * 8))
  let used = false
  return (plain) => {
    if (used) throw new Error('a stamp closes one envelope')
    used = true
    return joined(header, chacha20poly1305(made.subarray(0, 32), made.subarray(32), header).encrypt(plain))
  }
}

function uuidBytes(id: Id): Uint8Array {
  return Uint8Array.from(id.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
