// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'
import { showPremises, showsPremises } from './map-layers'

afterEach(() => localStorage.clear())

test('premises are drawn until somebody turns them off, and again once they are turned on', () => {
  expect(showsPremises()).toBe(true)
  showPremises(false)
  expect(showsPremises()).toBe(false)
  showPremises(true)
  expect(showsPremises()).toBe(true)
})
