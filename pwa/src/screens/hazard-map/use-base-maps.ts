/** Follow which base maps there are for this person, and which one lies under the map; without a network the map has none. */
import { computed, ref, shallowRef, watch } from 'vue'
import { askBaseMaps, chooseBaseMap, chosenBaseMap, filePart, type OfferedBaseMap } from '@/device/base-maps'
import type { BaseMap } from '@/parts/map-types'
import { say } from '@/shell/saying'
import { server } from '@/sync/here'
import { speak } from '@/words/dictionary'
import baseMapWords from '@/words/base-map'

export function useBaseMaps() {
  const t = speak(baseMapWords)
  const offered = shallowRef<OfferedBaseMap[]>([])
  const name = ref(chosenBaseMap())
  watch(name, chooseBaseMap)
  const chosen = computed(() => offered.value.find((each) => each.name === name.value) ?? null)
  const baseMap = computed((): BaseMap | null => (chosen.value ? drawable(chosen.value, creditOf(chosen.value)) : null))
  const creditOf = (one: OfferedBaseMap) => `${say(one.title)} © ${one.attribution} ${t('review_number', { number: one.review_number })}`

  async function ask(): Promise<void> {
    try {
      offered.value = await askBaseMaps(server)
    } catch {
      // Nobody answers, or nobody is signed in: the map is drawn without one, as it says itself.
    }
  }
  void ask()
  return { offered, name, chosen, baseMap }
}

function drawable(one: OfferedBaseMap, attribution: string): BaseMap {
  const { name, crs, min_zoom: minzoom, max_zoom: maxzoom, tile_size, bounds, tiles = [], file } = one
  const read = file && ((offset: number, length: number, signal?: AbortSignal) => filePart(file, offset, length, signal))
  return { name, attribution, crs, minzoom, maxzoom, tile_size, bounds, tiles, ...(file && read ? { file: { key: file.etag, tile_type: file.tile_type, layers: file.layers, read } } : {}) }
}
