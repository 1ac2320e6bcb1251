// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { effectScope, ref, watch } from 'vue'
import type { Me } from '@/core/types'
import { here, signInHere, signOutHere } from '@/sync/here'
import { type Target, useHazard } from './use-hazard'

const me: Me = {
  person: { id: '01890000-0000-7000-8000-000000000001', name: '兰', licence_number: null, postings: [] },
  device: { id: '01890000-0000-7000-8000-0000000000d1', code: 'X7K2', label: '', last_number: 0 },
  tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
  ...{ rulebook: null, needs_totp: false, has_totp: false, has_password: true },
}
/** Where somebody stood who reported, and where the places themselves lie. */
const circle = { lon: 109.41, lat: 24.31, accuracy_m: 40 }
const [shop, house] = [{ lon: 109.42, lat: 24.32 }, { lon: 109.43, lat: 24.33 }]
const reported = { stage: 'registered', place_code: '450299001002001', photos: [], worked_by: [], events: [], ...circle }
const hazards = [
  { ...reported, id: 'in-the-shop', place_kind: 'premises', place_id: 'shop' },
  { ...reported, id: 'at-the-door', place_kind: 'household', place_id: 'door' },
  { ...reported, id: 'in-a-place-unknown-here', place_kind: 'premises', place_id: 'elsewhere' },
]

beforeEach(async () => {
  vi.stubGlobal('fetch', (url: string) => {
    if (url === '/api/session') return Promise.resolve(Response.json({ person: me.person, device: me.device }, { status: 201 }))
    return url === '/api/me' ? Promise.resolve(Response.json(me)) : Promise.reject(new TypeError('offline'))
  })
  await signInHere({ login: 'lan', password: 'x' }, '')
  const rows = { premises: [{ id: 'shop', ...shop }], household: [{ id: 'door', building_id: 'house' }], building: [{ id: 'house', ...house }], hazard: hazards }
  for (const [kind, some] of Object.entries(rows)) await here.database?.table(kind).bulkPut(some)
})
afterEach(async () => {
  await signOutHere()
  vi.unstubAllGlobals()
})

test('nobody is led to the circle of the report while the point of the place is being read', async () => {
  const scope = effectScope()
  const id = ref('in-the-shop')
  const led: (Target | null)[] = []
  const of = scope.run(() => useHazard(id)) as ReturnType<typeof useHazard>
  watch(of.target, (target) => led.push(target), { flush: 'sync' })
  const ledTo = async (next: string, target: Target) => {
    id.value = next
    await vi.waitFor(() => expect([of.hazard.value?.id, of.target.value]).toEqual([next, target]))
    const seen = led.splice(0).filter((one) => one !== null)
    expect(new Set(seen.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(target)]))
  }
  await ledTo('in-the-shop', { ...shop, accuracy_m: null })
  await ledTo('at-the-door', { ...house, accuracy_m: null })
  await ledTo('in-a-place-unknown-here', circle)
  await ledTo('in-the-shop', { ...shop, accuracy_m: null })
  scope.stop()
})
