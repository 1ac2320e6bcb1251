/** Give MapLibre the tiles of a base map that it cannot fetch by itself: out of a PMTiles file, or moved from GCJ-02 to where they belong. */
import { addProtocol, type RequestParameters } from 'maplibre-gl'
import type { PMTiles } from 'pmtiles'
import { type Cell, piecesOf } from '@/core/gcj02'
import type { BaseMap } from './map-types'

/** So many pictures of a shifted map are held: each is a piece of four tiles. */
const PICTURES_HELD = 64
const readers = new Map<string, Promise<Reader>>()

type Read = (cell: Cell, signal?: AbortSignal) => Promise<ArrayBuffer | null>
type Reader = { base: BaseMap; read: (layer: number) => Read; pictures: Map<string, Promise<ImageBitmap | null>> }

addProtocol('base', async ({ url }: RequestParameters, stop: AbortController) => {
  const [, name = '', layer, z, x, y] = /^base:\/\/([^/]+)\/(\d+)\/(\d+)\/(\d+)\/(\d+)/.exec(url) ?? []
  const reader = await readers.get(decodeURIComponent(name))
  const cell = { z: Number(z), x: Number(x), y: Number(y) }
  if (!reader) throw new Error('no such base map')
  if (reader.base.crs === 'gcj02') return { data: await shifted(reader, Number(layer), cell) }
  const data = await reader.read(Number(layer))(cell, stop.signal)
  return { data: data ?? (reader.base.file?.tile_type === 'mvt' ? new ArrayBuffer(0) : await blank(reader.base.tile_size)) }
})

/** Make a base map's tiles available to its style; another file or edition of the same name takes its place. */
export function serveTiles(base: BaseMap): void {
  readers.set(base.name, readerOf(base))
}

async function readerOf(base: BaseMap): Promise<Reader> {
  const pictures: Reader['pictures'] = new Map()
  if (!base.file) return { base, read: (layer) => (cell, signal) => fetched(base.tiles[layer] ?? '', cell, signal), pictures }
  const file = await archiveOf(base.file)
  return { base, read: () => async ({ z, x, y }, signal) => (await file.getZxy(z, x, y, signal))?.data ?? null, pictures }
}

async function archiveOf({ key, read }: NonNullable<BaseMap['file']>): Promise<PMTiles> {
  const { PMTiles } = await import('pmtiles')
  return new PMTiles({ getKey: () => key, getBytes: async (offset, length, signal) => ({ data: await read(offset, length, signal) }) })
}

async function fetched(template: string, { z, x, y }: Cell, signal?: AbortSignal): Promise<ArrayBuffer> {
  const address = template.replace('{z}', String(z)).replace('{x}', String(x)).replace('{y}', String(y))
  const answer = await fetch(address, { signal, credentials: 'same-origin' })
  if (!answer.ok || !answer.headers.get('Content-Type')?.startsWith('image/')) throw new Error(`a tile was answered ${answer.status}`)
  return answer.arrayBuffer()
}

async function shifted(reader: Reader, layer: number, cell: Cell): Promise<ImageBitmap> {
  const size_px = reader.base.tile_size
  const sheet = sheetOf(size_px)
  const pieces = await Promise.all(piecesOf(cell, size_px).map(async (piece) => ({ piece, picture: await pictureAt(reader, layer, piece) })))
  for (const { piece, picture } of pieces) if (picture) sheet.getContext('2d')?.drawImage(picture, piece.left, piece.top, size_px, size_px)
  return createImageBitmap(sheet)
}

/** Neighbours ask for the same pictures at the same time: each is fetched and unpacked once, whoever calls his tile off. */
function pictureAt({ pictures, read }: Reader, layer: number, cell: Cell): Promise<ImageBitmap | null> {
  const key = `${layer}/${cell.z}/${cell.x}/${cell.y}`
  const held = pictures.get(key)
  if (held) return held
  const made = read(layer)(cell).then((bytes) => (bytes ? createImageBitmap(new Blob([bytes])) : null))
  pictures.set(key, made)
  made.catch(() => pictures.delete(key))
  if (pictures.size > PICTURES_HELD) pictures.delete(pictures.keys().next().value ?? '')
  return made
}

function sheetOf(size_px: number): HTMLCanvasElement {
  const sheet = document.createElement('canvas')
  sheet.width = size_px
  sheet.height = size_px
  return sheet
}

const blank = (size_px: number) => createImageBitmap(sheetOf(size_px))
