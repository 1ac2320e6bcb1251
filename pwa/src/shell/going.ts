/** Lead from screen to screen: nobody sees a round without having signed in, and the back arrow always leads somewhere. */
import { watch } from 'vue'
import type { Router } from 'vue-router'
import { desk_roles } from '@/core/rulebook.json'
import { here, openHere } from '@/sync/here'
import { postingsToday } from './permits'

/** Screens that need no sign-in. */
const OPEN = new Set(['sign-in', 'enrol', 'about', 'not-found'])

let opened: Promise<void> | null = null

/** Open the phone for whoever was last at it; the same promise every time. */
export function openPhone(): Promise<void> {
  opened ??= openHere()
  return opened
}

/** Ask for a sign-in before any screen of the round; afterwards the address that was wanted is shown. */
export function guard(router: Router): void {
  router.beforeEach(async (to) => {
    await openPhone().catch(() => undefined)
    if (to.name === 'locked' && !here.locked) return '/'
    const screen = neededFirst(String(to.name))
    if (screen === null || OPEN.has(String(to.name)) || to.path === '/gallery') return true
    return { name: screen, query: to.path === '/' ? {} : { next: to.fullPath } }
  })
  // Signing out, here or in the frame of another screen, ends what is on the screen.
  watch(
    () => here.me === null,
    (gone) => {
      if (gone && here.is_open && !OPEN.has(String(router.currentRoute.value.name)))
        void router.replace({ name: here.locked ? 'locked' : 'sign-in' })
    },
  )
}

/** Return the screen that must come before the wanted one: sign in, unlock, choose a PIN. Null when there is none. */
function neededFirst(wanted: string): string | null {
  const first = here.locked ? 'locked' : here.me === null ? 'sign-in' : here.asks_pin === 'required' ? 'pin' : null
  return first === wanted ? null : first
}

/** Go back where one came from; to `otherwise` when the app was opened here. */
export function goBack(router: Router, otherwise: string): void {
  if (window.history.state?.back) router.back()
  else void router.replace(otherwise)
}

/** Return where to go after signing in: an address of this app, never another site. */
export function nextAddress(wanted: unknown, otherwise = '/'): string {
  return typeof wanted === 'string' && /^\/(?![/\\])/.test(wanted) ? wanted : otherwise
}

/** Return the first screen of the person: the desk for desk roles at a desk's width, else today's round. */
export function homeAddress(router: Router): string {
  const deskRoles: string[] = [...desk_roles, 'community_admin']
  const atDesk = postingsToday.value.some((posting) => deskRoles.includes(posting.role)) && matchMedia('(min-width: 900px)').matches
  return atDesk && router.hasRoute('desk') ? '/desk' : '/'
}
