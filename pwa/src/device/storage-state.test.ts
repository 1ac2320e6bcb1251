import Dexie from 'dexie'
import { expect, test, vi } from 'vitest'
import { askToPersistOnce, isFull, noteWrite, storageState } from './storage-state'

test('a full phone is recognised through the wrappings of the database', () => {
  expect(isFull(new DOMException('no room', 'QuotaExceededError'))).toBe(true)
  expect(isFull(new Dexie.AbortError('aborted', new DOMException('no room', 'QuotaExceededError')))).toBe(true)
  expect(isFull(new Error('outer', { cause: new DOMException('no room', 'QuotaExceededError') }))).toBe(true)
})

test('other failures, and an error that contains itself, are not a full phone', () => {
  const loop: { name: string; inner?: unknown } = { name: 'AbortError' }
  loop.inner = loop
  for (const error of [new Error('x'), loop, null, undefined, 'QuotaExceededError']) expect(isFull(error)).toBe(false)
})

test('the phone is full from the failed write until one succeeds', () => {
  noteWrite(new Error('something else'))
  expect(storageState.full).toBe(false)
  noteWrite(new DOMException('no room', 'QuotaExceededError'))
  expect(storageState.full).toBe(true)
  noteWrite()
  expect(storageState.full).toBe(false)
})

test('the browser is asked once for each page to keep what is stored, and its refusal is known', async () => {
  let asked = 0
  const storage = {
    persisted: async () => false,
    persist: async () => {
      asked += 1
      return false
    },
  }
  vi.stubGlobal('navigator', { storage })
  askToPersistOnce()
  askToPersistOnce()
  await vi.waitFor(() => expect(asked).toBe(1))
  expect(storageState.persisted).toBe(false)
  vi.unstubAllGlobals()
})
