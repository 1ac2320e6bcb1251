/** Decide the one message at the top of every screen: the most urgent first. */
import type { IconName } from '@/parts/icons'
import type { Stop } from '@/sync/loop'

export type StripFacts = {
  is_signed_in: boolean
  is_stale: boolean
  online: boolean
  stopped_by: Stop | null
  storage_full: boolean
  is_cleared: boolean
  clock_wrong: boolean
  update_waiting: boolean
  in_wechat: boolean
}
export type StripName =
  | 'storage'
  | 'cleared'
  | 'sign_in'
  | 'other_person'
  | 'blocked'
  | 'update'
  | 'clock'
  | 'portal'
  | 'offline'
  | 'wechat'
  | 'new_version'
export type StripLook = { name: StripName; icon: IconName; tone: 'warn' | 'danger' | 'wait'; to: string | null }

type Row = StripLook & { when: (facts: StripFacts) => boolean }

/** In order of urgency: what endangers records, what stops them, what makes figures wrong, what merely waits. */
const ROWS: Row[] = [
  { name: 'storage', icon: 'phone', tone: 'danger', to: '/outbox', when: (facts) => facts.storage_full || facts.stopped_by === 'storage' },
  { name: 'cleared', icon: 'phone', tone: 'danger', to: '/sign-in', when: (facts) => facts.is_cleared },
  {
    name: 'sign_in',
    icon: 'lock',
    tone: 'danger',
    to: '/sign-in',
    when: (facts) => facts.is_signed_in && (facts.stopped_by === 'sign-in' || facts.is_stale),
  },
  { name: 'other_person', icon: 'person', tone: 'danger', to: '/sign-in', when: (facts) => facts.stopped_by === 'other-person' },
  { name: 'update', icon: 'refresh', tone: 'danger', to: '/me', when: (facts) => facts.stopped_by === 'update' },
  {
    name: 'blocked',
    icon: 'hazard',
    tone: 'danger',
    to: '/outbox',
    when: (facts) => facts.stopped_by === 'blocked' || facts.stopped_by === 'fault',
  },
  { name: 'clock', icon: 'clock', tone: 'warn', to: '/me', when: (facts) => facts.clock_wrong },
  { name: 'portal', icon: 'no_network', tone: 'warn', to: '/outbox', when: (facts) => facts.stopped_by === 'portal' },
  { name: 'offline', icon: 'no_network', tone: 'warn', to: '/outbox', when: (facts) => !facts.online || facts.stopped_by === 'network' },
  { name: 'wechat', icon: 'info', tone: 'warn', to: '/about', when: (facts) => facts.in_wechat },
  { name: 'new_version', icon: 'refresh', tone: 'wait', to: '/me', when: (facts) => facts.update_waiting },
]

/** Return what the strip says now; null when all is well. */
export function stripOf(facts: StripFacts): StripLook | null {
  const row = ROWS.find(({ when }) => when(facts))
  if (!row) return null
  const { when: _, ...look } = row
  return look
}
