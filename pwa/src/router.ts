/** Lead each address to its screen: screens/<name>/screen.vue. */
import { type Component } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

/** Address, screen, and which tab of the bottom bar is lit. */
const addresses: { path: string; name: string; screen: string }[] = [
  { path: '/', name: 'today', screen: 'today' },
  { path: '/doors/:building', name: 'doors', screen: 'doors' },
  { path: '/visit/:draft', name: 'visit', screen: 'visit' },
  { path: '/hazards', name: 'hazards', screen: 'hazards' },
  { path: '/hazards/:id', name: 'hazard', screen: 'hazard' },
  { path: '/report', name: 'report', screen: 'report-hazard' },
  { path: '/outbox', name: 'outbox', screen: 'outbox' },
  { path: '/map', name: 'map', screen: 'hazard-map' },
  { path: '/me', name: 'me', screen: 'me' },
  { path: '/sign-in', name: 'sign-in', screen: 'sign-in' },
  { path: '/locked', name: 'locked', screen: 'locked' },
  { path: '/pin', name: 'pin', screen: 'pin' },
  { path: '/lifeboat', name: 'lifeboat', screen: 'lifeboat' },
  { path: '/enrol/:code?', name: 'enrol', screen: 'enrol' },
  { path: '/desk', name: 'desk', screen: 'desk' },
  { path: '/people', name: 'people', screen: 'people' },
  { path: '/held', name: 'held', screen: 'held' },
  { path: '/devices', name: 'devices', screen: 'devices' },
  { path: '/places', name: 'places', screen: 'places' },
  { path: '/exchange', name: 'exchange', screen: 'exchange' },
  { path: '/checklists', name: 'checklists', screen: 'checklists' },
  { path: '/about', name: 'about', screen: 'about' },
  { path: '/:unknown(.*)*', name: 'not-found', screen: 'not-found' },
]

// Only the first screen of a day comes with the first load, which has a budget; the worker stores the others at once.
const eager = import.meta.glob<Component>('./screens/today/screen.vue', { eager: true, import: 'default' })
const lazy = import.meta.glob<Component>(['./screens/*/screen.vue', '!./screens/today/screen.vue'], { import: 'default' })

function routeTo({ path, name, screen }: (typeof addresses)[number]): RouteRecordRaw[] {
  const file = `./screens/${screen}/screen.vue`
  const component = eager[file] ?? lazy[file]
  return component ? [{ path, name, component }] : []
}

const gallery: RouteRecordRaw[] = __GALLERY__ ? [{ path: '/gallery', component: () => import('./gallery/gallery.vue') }] : []

export const router = createRouter({
  history: createWebHistory(),
  routes: [...addresses.flatMap(routeTo), ...gallery],
  // A page just opened is at its top: to scroll there would only make the browser lay it out once more.
  scrollBehavior: (_to, from, saved) => saved ?? (from.matched.length > 0 && { top: 0 }),
})
