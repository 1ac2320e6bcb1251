/** Follow which base maps there are for this person, by the server's word or as they lie on this phone, and which one is under the map. */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { askBaseMaps, chooseBaseMap, chosenBaseMap, filePart, type OfferedBaseMap } from '@/device/base-maps'
import { onWake, online as isOnline } from '@/device/connection'
import type { BaseMap } from '@/parts/map-types'
import { say } from '@/shell/saying'
import { server } from '@/sync/here'
import { speak } from '@/words/dictionary'
import baseMapWords from '@/words/base-map'
import { isWhole, lookIntoPacked, packedPart, packing } from './packing'

export function useBaseMaps() {
  const t = speak(baseMapWords)
  /** What the server said; null until it does, and without a network. */
  const told = shallowRef<OfferedBaseMap[] | null>(null)
  const name = ref(chosenBaseMap())
  watch(name, chooseBaseMap)
  const offered = computed(() => told.value ?? Object.values(packing.packed).filter((map) => isWhole(map)).map((map) => map.offer))
  const chosen = computed(() => offered.value.find((each) => each.name === name.value) ?? null)
  /** The edition of the chosen map that lies here whole; another one of the server's is newer, and is shown while it answers. */
  const here_etag = computed(() => {
    const packed = packing.packed[name.value]
    return isWhole(packed) && packed.etag === chosen.value?.file?.etag ? packed.etag : ''
  })
  const credit = computed(() => (chosen.value ? `${say(chosen.value.title)} © ${chosen.value.attribution} ${t('review_number', { number: chosen.value.review_number })}` : ''))
  // Compared by what it is made of: each piece that is kept, of whatever map, would otherwise draw the map anew.
  const baseMap = shallowRef<BaseMap | null>(null)
  watch([chosen, here_etag, credit], () => {
    baseMap.value = chosen.value && drawable(chosen.value, credit.value, here_etag.value !== '')
  })

  async function ask(): Promise<void> {
    await lookIntoPacked()
    try {
      const now = await askBaseMaps(server)
      // The same list once more would draw the map anew.
      if (JSON.stringify(now) !== JSON.stringify(told.value)) told.value = now
    } catch {
      // Nobody answers: what was told before stands, else what lies on this phone is all there is.
    }
  }
  void ask()
  // A district may change its maps while this one is open, and a phone may have had no network just then.
  onScopeDispose(onWake(() => void ask()))
  watch(isOnline, (is_online) => { if (is_online) void ask() })
  watch(() => Object.values(packing.endings).includes('other_edition'), (is_old) => { if (is_old) void ask() })
  return { offered, online: computed(() => told.value !== null), name, baseMap }
}

function drawable(one: OfferedBaseMap, attribution: string, is_here: boolean): BaseMap {
  const { name, crs, min_zoom: minzoom, max_zoom: maxzoom, tile_size, bounds, tiles = [], file } = one
  const map = { name, attribution, crs, minzoom, maxzoom, tile_size, bounds, tiles }
  if (!file) return map
  const read = (offset: number, length: number, signal?: AbortSignal) => (is_here ? packedPart(name, offset, length) : filePart(file, offset, length, signal))
  return { ...map, file: { key: file.etag, tile_type: file.tile_type, layers: file.layers, read } }
}
