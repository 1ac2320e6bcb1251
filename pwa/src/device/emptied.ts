/** Notice that the browser has emptied the storage while no page of the app was open. */
import { KEY } from './open-ahead'

/** Return whether somebody was at this phone and never signed out; asked where nobody is found any more. Words like these lie in another store. */
export function wasEmptied(): boolean {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '[]') as unknown[]).length > 0
  } catch {
    return false
  }
}
