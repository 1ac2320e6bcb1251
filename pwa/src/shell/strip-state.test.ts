import { expect, test } from 'vitest'
import { type StripFacts, stripOf } from './strip-state'

const calm: StripFacts = {
  ...{ is_signed_in: true, is_stale: false, online: true, stopped_by: null, storage_full: false, is_cleared: false },
  ...{ clock_wrong: false, update_waiting: false, in_wechat: false },
}
const name = (facts: Partial<StripFacts>) => stripOf({ ...calm, ...facts })?.name ?? null

test('nothing is said while all is well', () => {
  expect(name({})).toBeNull()
})

test('a full phone is said before everything else, because it endangers what comes next', () => {
  expect(name({ storage_full: true, online: false, clock_wrong: true, stopped_by: 'sign-in' })).toBe('storage')
})

test('an ended sign-in is said before the missing network, and only to somebody who is signed in', () => {
  expect(name({ stopped_by: 'sign-in', online: false })).toBe('sign_in')
  expect(name({ stopped_by: 'sign-in', is_signed_in: false })).toBeNull()
  expect(name({ is_stale: true })).toBe('sign_in')
})

test('a network that leads nowhere counts as none', () => {
  expect(name({ stopped_by: 'network' })).toBe('offline')
  expect(name({ online: false })).toBe('offline')
})

test('a network that wants a sign-in first is named, because the person can do something about it', () => {
  expect(name({ stopped_by: 'portal', online: false })).toBe('portal')
})

test('a wrong clock is said before the missing network, a waiting version last', () => {
  expect(name({ clock_wrong: true, online: false, update_waiting: true })).toBe('clock')
  expect(name({ online: false, in_wechat: true })).toBe('offline')
  expect(name({ in_wechat: true, update_waiting: true })).toBe('wechat')
  expect(name({ update_waiting: true })).toBe('new_version')
})
