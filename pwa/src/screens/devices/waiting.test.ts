// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { type DeviceWaiting, devicesIn, heldBy } from './waiting'

const device = (code: string, place: string, mutations: number, photos: number, heard: string | null = '2026-11-23T08:00:00Z'): DeviceWaiting => ({
  ...{ code, label: '', place_codes: [place], last_heard_at: heard, waiting_mutations: mutations, waiting_photos: photos },
  ...{ waiting_bytes: photos * 1000, revoked: false },
})
const devices = [device('A', '450299001002001', 6, 7), device('B', '450299001003001', 0, 2), device('C', '450299001002002', 0, 0), device('D', '450299001002002', 0, 0, null)]

test('a community shows its own devices, in the order of what they hold', () => {
  expect(devicesIn(devices, '450299001002').map(({ code }) => code)).toEqual(['A', 'C', 'D'])
  expect(devicesIn(devices, '')).toHaveLength(4)
})

test('the sum counts devices that hold something, and says how many were never heard', () => {
  expect(heldBy(devices)).toEqual({ devices: 2, mutations: 6, photos: 9, bytes: 9000, unheard: 1 })
})
