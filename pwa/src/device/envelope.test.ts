// @vitest-environment node
import { expect, it } from 'vitest'
import vectors from '../../../tests/vectors/envelopes.json'
import { fromBase64, toBase64 } from './base64'
import { makeStamp, type Purpose } from './envelope'

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

async function pairOf({ d, ...point }: JsonWebKey): Promise<CryptoKeyPair> {
  return {
    privateKey: await crypto.subtle.importKey('jwk', { ...point, d }, CURVE, true, ['deriveBits']),
    publicKey: await crypto.subtle.importKey('jwk', point, CURVE, true, []),
  }
}

// tests/backend/ground/test_envelopes.py opens the same.
it.each(vectors.cases)('seals for the server word for word as agreed: $purpose', async ({ purpose, one_time_key, plain, envelope }) => {
  const stamp = await makeStamp(vectors.keys, vectors.device_id, purpose as Purpose, await pairOf(one_time_key))
  expect(toBase64(stamp(new TextEncoder().encode(plain)))).toBe(envelope)
})

it('closes one envelope with each stamp, and no two alike', async () => {
  const plain = new Uint8Array(10)
  const [one, other] = [
    await makeStamp(vectors.keys, vectors.device_id, 'record'),
    await makeStamp(vectors.keys, vectors.device_id, 'record'),
  ]
  expect(one(plain)).not.toEqual(other(plain))
  expect(() => one(plain)).toThrow('one envelope')
})

it('writes bytes as base64 however many, and reads them again', () => {
  for (const length of [0, 1, 2, 3, 0x8000, 100_001]) {
    const bytes = Uint8Array.from({ length }, (_, at) => at % 251)
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  }
})
