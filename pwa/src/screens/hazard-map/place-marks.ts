/** Say what premises look like on a map: a square with a letter for what they are. */
import { places as placesTable } from '@/core/rulebook.json'
import type { Bilingual, Category } from '@/core/types'
import type { Language } from '@/device/preferences'
import { placeName } from '@/parts/map-pictures'
import type { PlaceTiles, SeenPlace } from '@/parts/map-types'

const LETTERS: Record<Category, Bilingual> = {
  gas_station: { zh: '油', en: 'F' },
  school: { zh: '校', en: 'S' },
  market: { zh: '市', en: 'M' },
  enterprise: { zh: '企', en: 'E' },
  assembly: { zh: '超', en: 'K' },
  residential: { zh: '区', en: 'R' },
}
export const PLACE_KINDS = Object.keys(LETTERS) as Category[]

/** Premises in the list under a map. */
export type ListedPlace = { id: string; letter: string; label: string }

/** Return the letter of what premises are; '' of a kind that this app does not know yet. */
export function placeLetter(kind: string, language: Language): string {
  return LETTERS[kind as Category]?.[language] ?? ''
}

/** Return what names premises for those who hear the map, and in its list. */
export function placeLabel(name: string, kind: string, language: Language): string {
  const words: Bilingual | undefined = placesTable.categories[kind as Category]
  return words ? `${name} · ${words[language]}` : name
}

/** Return the list of what is drawn from tiles, by name. */
export function listedOf(seen: readonly SeenPlace[], language: Language): ListedPlace[] {
  const listed = seen.map(({ id, name, kind }) => ({ id, letter: placeLetter(kind, language), label: placeLabel(name, kind, language) }))
  return listed.sort((one, other) => one.label.localeCompare(other.label, 'zh'))
}

/** Return the tiles of premises; with a later `edition`, each tile is asked for again. */
export function premisesTiles(language: Language, edition: string): PlaceTiles {
  const letters = PLACE_KINDS.flatMap((kind) => [kind, LETTERS[kind][language]])
  const mark = ['concat', placeName(''), ['match', ['get', 'category'], ...letters, '']]
  return { url: '/api/tiles/premises/{z}/{x}/{y}.mvt', layer: 'premises', edition, mark, kind: 'category' }
}
