/** Remember which layers of the map whoever holds this phone has turned off. */
const KEY = 'gridwalk.map-without-premises'

/** Premises are drawn until somebody turns them off. */
export function showsPremises(): boolean {
  try {
    return localStorage.getItem(KEY) === null
  } catch {
    return true
  }
}

export function showPremises(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, 'yes')
  } catch {
    // Without storage they are drawn again next time.
  }
}
