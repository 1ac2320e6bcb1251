/** Show the first screen, and register the worker that serves the app offline. */
import { createApp } from 'vue'
import App from './app.vue'
import { watchForUpdates } from './device/app-update'
import { showPreferences } from './device/preferences'
import { router } from './router'
import { guard } from './shell/going'
import { followWaiting } from './shell/waiting'
import './style/tokens.css'
import './style/base.css'
import './style/pieces.css'

// boot.js sets this where a needed browser feature is missing; it has already said which browser to use.
if (document.documentElement.dataset.boot !== 'unsupported') {
  showPreferences()
  guard(router)
  followWaiting()
  createApp(App).use(router).mount('#app')
  if (import.meta.env.PROD) watchForUpdates()
}
