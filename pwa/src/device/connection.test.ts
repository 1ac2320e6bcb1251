// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { online, onWake, serverAnswered, serverSilent } from './connection'

test('a network that does not reach the server is not "online"', () => {
  serverSilent()
  expect(online.value).toBe(false)
  serverAnswered()
  expect(online.value).toBe(true)
})

test('losing and regaining the network is noticed, and a regained one is worth a try', () => {
  serverSilent()
  dispatchEvent(new Event('offline'))
  expect(online.value).toBe(false)
  dispatchEvent(new Event('online'))
  expect(online.value).toBe(true)
})

test('every chance to send wakes the listener until it stops', () => {
  const wake = vi.fn()
  const stop = onWake(wake)
  dispatchEvent(new Event('online'))
  dispatchEvent(new Event('pageshow'))
  document.dispatchEvent(new Event('visibilitychange'))
  expect(wake).toHaveBeenCalledTimes(3)
  stop()
  dispatchEvent(new Event('online'))
  expect(wake).toHaveBeenCalledTimes(3)
})
