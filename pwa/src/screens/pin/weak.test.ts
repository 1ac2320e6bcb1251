import { expect, it } from 'vitest'
import { isWeak } from './weak'

it.each(['000000', '123456', '654321', '121212', '123123', '112233'])('refuses %s, which anybody tries first', (pin) => {
  expect(isWeak(pin)).toBe(true)
})

it.each(['271828', '490213', '100000', '135791'])('takes %s', (pin) => {
  expect(isWeak(pin)).toBe(false)
})
