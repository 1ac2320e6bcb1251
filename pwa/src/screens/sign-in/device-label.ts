/** Name this phone for the list of devices, from what the browser says of itself. */

const SYSTEMS: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
  [/Android/i, 'Android'],
  [/iPhone/i, 'iPhone'],
  [/iPad/i, 'iPad'],
  [/Windows/i, 'Windows'],
  [/Mac OS X/i, 'Mac'],
  [/Linux/i, 'Linux'],
]
const BROWSERS: [RegExp, string][] = [
  [/MicroMessenger/i, 'WeChat'],
  [/HuaweiBrowser/i, 'Huawei Browser'],
  [/Edg\w*\//i, 'Edge'],
  [/Firefox|FxiOS/i, 'Firefox'],
  [/Chrome|CriOS/i, 'Chrome'],
  [/Safari/i, 'Safari'],
]

/** Return "Android · Chrome"; what is unknown is left out. */
export function deviceLabel(agent: string): string {
  const first = (known: [RegExp, string][]) => known.find(([pattern]) => pattern.test(agent))?.[1]
  return [first(SYSTEMS), first(BROWSERS)].filter(Boolean).join(' · ')
}

/** Return the one-time code in what somebody pasted or scanned: a whole link, or the code alone. Null when there is none. */
export function codeIn(text: string): string | null {
  const found = /(?:\/enrol\/|\/enrol#|^)([\w-]{8,100})\s*$/.exec(text.trim())
  return found?.[1] ?? null
}
