// @vitest-environment happy-dom
// @vitest-environment node
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { beforeEach, expect, it } from 'vitest'
import vectors from '../../../tests/vectors/envelopes.json'
import { PERSON } from '../sync/testing/phones'
import { PhoneDatabase } from './accounts'
import type { Vault } from './at-rest'
import { toBase64 } from './base64'
import { bareVault, ensureLock, forgiveWrong, type Lock, lockOf } from './lock'
import { dropFormer, entrust, setPin, tryPin, waitAfter } from './pin'

let accounts: PhoneDatabase
let vault: Vault
let now_ms = 1_000_000

beforeEach(async () => {
  accounts = new PhoneDatabase({ indexedDB: new IDBFactory(), IDBKeyRange })
  now_ms = 1_000_000
  vault = bareVault(await ensureLock(accounts, PERSON)) as Vault
})

const lock = async () => (await lockOf(accounts, PERSON)) as Lock
const plain = Uint8Array.of(1, 2, 3)
const tried = (pin: string) => tryPin(accounts, PERSON, pin, now_ms)

it('guards nothing before a PIN is set, and leaves no key on the disk afterwards', async () => {
  const before = vault.close('there', plain)
  const guarded = await setPin(accounts, await lock(), vault, '271828')
  const lies = JSON.stringify(await lock())
  expect((await lock()).bare).toBeNull()
  for (const number of [1, 2]) expect(lies).not.toContain(toBase64(guarded.key(number)))
  expect(guarded.key(2)).not.toEqual(guarded.key(1))
  expect(guarded.open('there', before)).toEqual(plain)
})

it('opens by the right PIN alone, what a former key sealed too, until nothing needs it', async () => {
  const before = vault.close('there', plain)
  const after = (await setPin(accounts, await lock(), vault, '271828')).close('there', plain)
  const opened = await tried('271828')
  if (!('vault' in opened)) throw new Error('not opened')
  expect([opened.vault.open('there', before), opened.vault.open('there', after)]).toEqual([plain, plain])
  await dropFormer(accounts, PERSON, 2)
  const later = await tried('271828')
  expect('vault' in later && later.vault.open('there', after)).toEqual(plain)
  expect(() => 'vault' in later && later.vault.open('there', before)).toThrow('no key 1')
})

it('waits longer after each wrong PIN, and after five asks for a sign-in whatever is typed', async () => {
  await setPin(accounts, await lock(), vault, '271828')
  for (let wrong = 1; wrong <= 5; wrong++) {
    expect(await tried('000000')).toMatchObject({ wrong, wait_until_ms: now_ms + waitAfter(wrong) })
    if (wrong > 1 && wrong < 5) expect(await tried('271828')).toMatchObject({ wrong })
    now_ms += waitAfter(wrong)
  }
  now_ms += 24 * 60 * 60_000
  expect(await tried('271828')).toMatchObject({ wrong: 5 })
  await forgiveWrong(accounts, await lock())
  expect(await tried('271828')).toHaveProperty('vault')
})

it('changes the PIN without touching the data, and the old one opens nothing more', async () => {
  const guarded = await setPin(accounts, await lock(), vault, '271828')
  const sealed = guarded.close('there', plain)
  await setPin(accounts, await lock(), guarded, '314159')
  expect(await tried('271828')).toHaveProperty('wrong', 1)
  const opened = await tried('314159')
  expect('vault' in opened && opened.vault.open('there', sealed)).toEqual(plain)
})

it('entrusts each key to the server once, so that a forgotten PIN loses nothing', async () => {
  await entrust(accounts, PERSON, vault, vectors.keys, vectors.device_id)
  const first = (await lock()).for_server
  await entrust(accounts, PERSON, vault, vectors.keys, vectors.device_id)
  expect([first?.length, (await lock()).for_server]).toEqual([expect.any(Number), first])
  const guarded = await setPin(accounts, await lock(), vault, '271828')
  expect((await lock()).for_server).toBeNull()
  await entrust(accounts, PERSON, guarded, vectors.keys, vectors.device_id)
  expect((await lock()).for_server).not.toBe(first)
})
