// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JOIN_DUPLICATE } from '@/core/joining'
import type { HazardRow, Me } from '@/core/types'
import { preferences } from '@/device/preferences'
import { startDraft } from '@/shell/drafts'
import { here, signInHere, signOutHere } from '@/sync/here'
import StepForm from './step-form.vue'

const leader = { role: 'subdistrict_leader', place_code: '450299001', premises_id: null, department: null, from_on: '2020-01-01', to_on: null }
const me = {
  person: { id: '01890000-0000-7000-8000-000000000009', name: '静', licence_number: null, postings: [leader] },
  device: { id: '01890000-0000-7000-8000-0000000000d9', code: 'X7K2', label: '', last_number: 0 },
  tenant: { code: '450299001', name: '', sponsor: '', filing_number: '', complaints: '', timezone: 'Asia/Shanghai' },
  ...{ rulebook: null, needs_totp: false, has_totp: false, has_password: true },
} as unknown as Me
const hazard_id = '01890000-0000-7000-8000-0000000000a0'
const [first, late] = ['01890000-0000-7000-8000-0000000000a1', '01890000-0000-7000-8000-0000000000a2']
const events = (...ids: string[]) => ids.map((duplicate_id, at) => ({ action: JOIN_DUPLICATE, given: { duplicate_id, duplicate_number: `K1-000${at + 1}` } }))
const hazard = (...joined: string[]) =>
  ({
    ...{ id: hazard_id, stage: 'registered', place_code: '450299001002001', place_kind: 'premises', place_id: 'p', track: 'patrol', grade: 'general', what: ['出口上锁'], place_name: '和平KTV' },
    ...{ photos: [], worked_by: [], duplicate_of: null, reported_at: '2026-11-22T02:00:00Z', version: 1 + joined.length, events: events(...joined) },
  }) as unknown as HazardRow
const told = async () => (await here.database?.mutations.toArray())?.map(({ args }) => (args as { told_of?: string[] }).told_of)

beforeEach(async () => {
  preferences.language = 'zh'
  vi.stubGlobal('fetch', (url: string) => {
    if (url === '/api/session') return Promise.resolve(Response.json({ person: me.person, device: me.device }, { status: 201 }))
    return url === '/api/me' ? Promise.resolve(Response.json(me)) : Promise.reject(new TypeError('offline'))
  })
  await signInHere({ login: 'jing', password: 'x' }, '')
})
afterEach(async () => {
  await here.database?.mutations.clear()
  await signOutHere()
  vi.unstubAllGlobals()
})

test('what is joined while the form of voiding stands open is told, and nothing is voided before somebody has looked', async () => {
  const draft_id = await startDraft('hazard_action', hazard_id, { action: 'void_hazard', form: { reason: '误报' } })
  const props = { hazard: hazard(first), action: 'void_hazard', draft_id, now: new Date('2026-11-23T03:00:00Z') } as const
  const form = mount(StepForm, { props, attachTo: document.body, global: { stubs: { RouterLink: true } } })
  await vi.waitFor(() => expect(form.find('[role=status]').text()).toContain('有 1 条登记并入了它'))
  expect(form.find('.untold').exists()).toBe(false)

  await form.setProps({ hazard: hazard(first, late) })
  expect(form.get('.untold[role=alert]').text()).toContain('又有 1 条并入了它')
  expect(form.get('[role=status]').text()).toContain('有 2 条登记并入了它')
  await form.trigger('submit')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(await told()).toEqual([])
  expect(document.activeElement).toBe(form.get('.untold button').element)

  await form.get('.untold button').trigger('click')
  expect(form.find('.untold').exists()).toBe(false)
  await form.trigger('submit')
  await vi.waitFor(async () => expect(await told()).toEqual([[first, late]]))
  await flushPromises()
  form.unmount()
})
