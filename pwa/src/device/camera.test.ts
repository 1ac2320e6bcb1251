import { beforeEach, expect, test } from 'vitest'
import { cameraOpens, cameraReturned, cameraWasLost } from './camera'
import { photosInWork, whilePhotoWork } from './photo-work'

beforeEach(() => localStorage.clear())

test('a camera that came back is no loss', () => {
  cameraOpens()
  cameraReturned()
  expect(cameraWasLost()).toBe(false)
})

test('a browser that died behind the camera is remembered on every later start', () => {
  cameraOpens()
  expect(cameraWasLost()).toBe(true)
  expect(cameraWasLost()).toBe(true)
})

test('photo work is counted while it runs, also when it fails', async () => {
  const seen: number[] = []
  await whilePhotoWork(async () => seen.push(photosInWork.value))
  await expect(whilePhotoWork(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(seen).toEqual([1])
  expect(photosInWork.value).toBe(0)
})
