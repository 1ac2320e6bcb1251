/** Choose between two texts in the gallery, which has no dictionary of its own. */
import { preferences } from '@/device/preferences'
import type { Tab } from '@/parts/app-frame.vue'

export const say = (zh: string, en: string): string => (preferences.language === 'zh' ? zh : en)

export const tabs = (current: number): Tab[] =>
  (
    [
      { to: '/gallery?page=today', label: say('今日', 'Today'), icon: 'today' },
      { to: '/gallery?page=hazard', label: say('隐患', 'Hazards'), icon: 'hazard' },
      { to: '/gallery?page=map', label: say('地图', 'Map'), icon: 'map' },
      { to: '/gallery?page=outbox', label: say('本机', 'On phone'), icon: 'phone', badge: 6 },
    ] satisfies Tab[]
  ).map((tab, index) => ({ ...tab, current: index === current }))
