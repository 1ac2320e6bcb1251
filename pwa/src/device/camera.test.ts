import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PhoneDatabase } from './accounts'
import { cameraOpens, cameraReturned, cameraWasLost } from './camera'
import { photosInWork, whilePhotoWork } from './photo-work'

let flags: PhoneDatabase
beforeEach(() => {
  flags = new PhoneDatabase({ indexedDB: new IDBFactory(), IDBKeyRange })
})
afterEach(() => flags.close())

test('a camera that came back is no loss', async () => {
  await cameraOpens(flags)
  await cameraReturned(flags)
  expect(await cameraWasLost(flags)).toBe(false)
})

test('a browser that died behind the camera is remembered on every later start', async () => {
  await cameraOpens(flags)
  expect(await cameraWasLost(flags)).toBe(true)
  expect(await cameraWasLost(flags)).toBe(true)
})

test('without storage no loss is noticed, and the camera opens all the same', async () => {
  const broken = { remember: () => Promise.reject(new Error('no')), recall: () => Promise.reject(new Error('no')) }
  await cameraOpens(broken)
  expect(await cameraWasLost(broken)).toBe(false)
})

test('photo work is counted while it runs, also when it fails', async () => {
  const seen: number[] = []
  await whilePhotoWork(async () => seen.push(photosInWork.value))
  await expect(whilePhotoWork(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(seen).toEqual([1])
  expect(photosInWork.value).toBe(0)
})
