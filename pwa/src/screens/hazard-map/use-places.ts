/** Follow the premises that a map shows and lists: from the rows on this phone, or as the server's tiles draw them; nobody is made to see them. */
import { computed, type Ref, ref, shallowRef, watch } from 'vue'
import type { PremisesRow } from '@/core/types'
import { showPremises, showsPremises } from '@/device/map-layers'
import { preferences } from '@/device/preferences'
import { type MapView, PLACES_FROM_ZOOM, type SeenPlace } from '@/parts/map-types'
import { type ListedPlace, listedOf, premisesTiles } from './place-marks'
import { placesInView, placesOf } from './points'

type Asked = { view: Ref<MapView | null>; rows: () => readonly PremisesRow[]; fromServer: () => boolean; edition: () => string }

/** `isOn`: the layer is not turned off. `isNear`: the map is near enough to draw it. `seen` takes what the map says it draws from tiles. */
export function usePlaces({ view, rows, fromServer, edition }: Asked) {
  const isOn = ref(showsPremises())
  watch(isOn, showPremises)
  const seen = shallowRef<SeenPlace[]>([])
  const places = computed(() => (isOn.value && !fromServer() ? placesOf(rows(), preferences.language) : []))
  const tiles = computed(() => (isOn.value && fromServer() ? premisesTiles(preferences.language, edition()) : null))
  const listed = computed((): ListedPlace[] => (tiles.value ? listedOf(seen.value, preferences.language) : placesInView(places.value, view.value)))
  const isNear = computed(() => (view.value?.zoom ?? 0) >= PLACES_FROM_ZOOM)
  return { isOn, isNear, seen, places, tiles, listed }
}
