/** MapLibre with its worker and style sheet; import it only lazily, it weighs more than the rest of the app. */
import 'maplibre-gl/dist/maplibre-gl.css'
import { setWorkerUrl } from 'maplibre-gl'
// Without its worker's address the map stays blank, and neither the build nor a unit test notices.
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

setWorkerUrl(workerUrl)

export { Map as LibraryMap } from 'maplibre-gl'
export { serveTiles } from './base-tiles'
