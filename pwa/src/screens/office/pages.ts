/** The pages of the office, for whoever may open them: one list for every header. */
import { mayAnywhere } from '@/shell/permits'

export type OfficePage = { to: string; word: 'people' | 'held' | 'settle' | 'devices' | 'places' | 'checklists' | 'exchange' | 'lifeboat' }

/** Return the pages that the signed-in person may open. */
export function officePages(): OfficePage[] {
  const pages: (OfficePage | false)[] = [
    (mayAnywhere('manage_people') || mayAnywhere('enrol')) && { to: '/people', word: 'people' },
    mayAnywhere('review_held') && { to: '/held', word: 'held' },
    mayAnywhere('dispatch') && { to: '/settle-grids', word: 'settle' },
    mayAnywhere('see_devices') && { to: '/devices', word: 'devices' },
    { to: '/places', word: 'places' },
    { to: '/checklists', word: 'checklists' },
    (mayAnywhere('export') || mayAnywhere('manage_people')) && { to: '/exchange', word: 'exchange' },
    { to: '/lifeboat', word: 'lifeboat' },
  ]
  return pages.filter((page) => page !== false)
}
