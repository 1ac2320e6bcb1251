/** Show the first screen, and register the worker that serves the app offline. */
import { createApp } from 'vue'
import App from './app.vue'
import { watchForUpdates } from './device/app-update'
import { watchClock } from './device/clock'
import { drawn, firstScreen } from './device/first-screen'
import { showPreferences } from './device/preferences'
import { router } from './router'
import { guard } from './shell/going'
import { followWaiting } from './shell/waiting'
import { followLanguage } from './words/dictionary'
import './style/tokens.css'
import './style/base.css'
import './style/pieces.css'

// boot.js sets this where a needed browser feature is missing; it has already said which browser to use.
if (document.documentElement.dataset.boot !== 'unsupported') {
  showPreferences()
  guard(router)
  followWaiting()
  watchClock()
  void followLanguage().then(() => createApp(App).use(router).mount('#app'))
  // Today says itself when its list is there: screens/today. Any other screen is drawn once it is mounted.
  void router.isReady().then(() => router.currentRoute.value.name === 'today' || drawn())
  if (import.meta.env.PROD) void firstScreen.then(watchForUpdates)
}
