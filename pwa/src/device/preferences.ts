/** Keep this phone's language, text size and theme, and show them on the page at once. */
import { reactive, watch } from 'vue'

export type Language = 'zh' | 'en'
export type TextSize = 'standard' | 'large' | 'elder'
export type Theme = 'auto' | 'day' | 'night'
export type Preferences = { language: Language; text: TextSize; theme: Theme; auto_advance: boolean }

/** The same key and shape are read by public/boot.js before the first paint. */
const key = 'gridwalk.preferences'
const allowed: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  language: ['zh', 'en'],
  text: ['standard', 'large', 'elder'],
  theme: ['auto', 'day', 'night'],
  auto_advance: [true, false],
}

/** Return what was stored, with every missing or unknown value replaced by its default. */
export function readPreferences(stored: string | null, browserLanguage: string): Preferences {
  const chosen: Preferences = {
    language: browserLanguage.startsWith('en') ? 'en' : 'zh',
    text: 'standard',
    theme: 'auto',
    auto_advance: true,
  }
  const known = parse(stored)
  for (const name of Object.keys(allowed) as (keyof Preferences)[]) {
    const value = known[name]
    if ((allowed[name] as readonly unknown[]).includes(value)) Object.assign(chosen, { [name]: value })
  }
  return chosen
}

function parse(stored: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(stored ?? '{}')
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

// A browser that forbids storage throws on the mere mention of localStorage.
function stored(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

export const preferences = reactive<Preferences>(readPreferences(stored(), navigator.language))

/** Show the preferences on <html> and keep doing so; called once at the start. */
export function showPreferences(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const show = () => {
    const root = document.documentElement
    root.lang = preferences.language === 'zh' ? 'zh-CN' : 'en'
    root.dataset.text = preferences.text
    root.dataset.theme = preferences.theme === 'night' || (preferences.theme === 'auto' && dark.matches) ? 'night' : 'day'
  }
  dark.addEventListener('change', show)
  watch(preferences, () => {
    show()
    try {
      localStorage.setItem(key, JSON.stringify(preferences))
    } catch {
      // Without storage the choice lasts until the page closes; nothing else depends on it.
    }
  })
  show()
}
