/** Lead each address to its screen: screens/<name>/screen.vue. */
import { type Component } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

/** Address and screen, after which the route is named. */
const addresses: Record<string, string> = {
  '/': 'today',
  '/doors/:building': 'doors',
  '/visit/:draft': 'visit',
  '/hazards': 'hazards',
  '/hazards/:id': 'hazard',
  '/report': 'report-hazard',
  '/outbox': 'outbox',
  '/map': 'hazard-map',
  '/me': 'me',
  '/position': 'position',
  '/sign-in': 'sign-in',
  '/locked': 'locked',
  '/pin': 'pin',
  '/lifeboat': 'lifeboat',
  '/enrol/:code?': 'enrol',
  '/desk': 'desk',
  '/people': 'people',
  '/held': 'held',
  '/devices': 'devices',
  '/settle-grids': 'settle-grids',
  '/places': 'places',
  '/exchange': 'exchange',
  '/checklists': 'checklists',
  '/about': 'about',
  '/:unknown(.*)*': 'not-found',
}

// Only the first screen of a day comes with the first load, which has a budget; the worker stores the others at once.
const eager = import.meta.glob<Component>('./screens/today/screen.vue', { eager: true, import: 'default' })
const lazy = import.meta.glob<Component>(['./screens/*/screen.vue', '!./screens/today/screen.vue'], { import: 'default' })

function routeTo([path, screen]: [string, string]): RouteRecordRaw[] {
  const file = `./screens/${screen}/screen.vue`
  const component = eager[file] ?? lazy[file]
  return component ? [{ path, name: screen, component }] : []
}

const gallery: RouteRecordRaw[] = __GALLERY__ ? [{ path: '/gallery', component: () => import('./gallery/gallery.vue') }] : []

export const router = createRouter({
  history: createWebHistory(),
  routes: [...Object.entries(addresses).flatMap(routeTo), ...gallery],
  // A page just opened is at its top: to scroll there would only make the browser lay it out once more.
  scrollBehavior: (_to, from, saved) => saved ?? (from.matched.length > 0 && { top: 0 }),
})
