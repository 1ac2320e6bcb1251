// @vitest-environment node
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OfferedBaseMap } from './base-maps'
import { NoRoomForMap, PackedMapLost, PackedMaps, PIECE_BYTES } from './packed-maps'

const SIZE = 2 * PIECE_BYTES + 777
const file = Uint8Array.from({ length: SIZE }, (_, index) => (index * 31 + (index >> 10)) % 256)
const offer = (etag = '"one"'): OfferedBaseMap => ({
  ...{ name: 'town', title: { zh: '街道图', en: 'Town' }, attribution: '某区', review_number: '桂S（2026）00-2号', crs: 'wgs84', min_zoom: 8, max_zoom: 15, tile_size: 256 },
  file: { url: '/api/base-maps/town/file', size_bytes: SIZE, etag, tile_type: 'png', layers: [] },
})
const piece = async (offset: number, length: number) => file.slice(offset, offset + length).buffer

let maps: PackedMaps
beforeEach(() => {
  maps = new PackedMaps({ indexedDB: new IDBFactory(), IDBKeyRange })
})
afterEach(() => {
  vi.unstubAllGlobals()
  maps.close()
})

it('keeps a map whole and gives any part of it, across the borders of its pieces', async () => {
  const told: number[] = []
  await maps.pack(offer(), '450299001', piece, (map) => told.push(map.kept_bytes))

  expect(told).toEqual([PIECE_BYTES, 2 * PIECE_BYTES, SIZE])
  for (const [offset, length] of [[0, 127], [PIECE_BYTES - 5, 10], [PIECE_BYTES - 1, PIECE_BYTES + 2], [SIZE - 3, 3], [0, SIZE]] as const)
    expect(Buffer.compare(Buffer.from(await maps.read('town', offset, length)), file.subarray(offset, offset + length))).toBe(0)
})

it('goes on where it was broken off, and starts anew with another edition', async () => {
  let asked: number[] = []
  const breaking = async (offset: number, length: number) => {
    asked.push(offset)
    if (offset > 0) throw new Error('the network is gone')
    return piece(offset, length)
  }
  await expect(maps.pack(offer(), '450299001', breaking, () => undefined)).rejects.toThrow('the network')
  expect((await maps.of('450299001')).map((map) => map.kept_bytes)).toEqual([PIECE_BYTES])

  const counted = async (offset: number, length: number) => {
    asked.push(offset)
    return piece(offset, length)
  }
  asked = []
  await maps.pack(offer(), '450299001', counted, () => undefined)
  expect(asked).toEqual([PIECE_BYTES, 2 * PIECE_BYTES])

  asked = []
  await maps.pack(offer('"two"'), '450299001', counted, () => undefined)
  expect(asked).toEqual([0, PIECE_BYTES, 2 * PIECE_BYTES])
})

it('keeps no piece that came cut, and fetches it again', async () => {
  const cut = async (offset: number, length: number) => piece(offset, offset > 0 ? length - 1 : length)
  await expect(maps.pack(offer(), '450299001', cut, () => undefined)).rejects.toThrow('came with')
  expect((await maps.of('450299001')).map((map) => map.kept_bytes)).toEqual([PIECE_BYTES])

  await maps.pack(offer(), '450299001', piece, () => undefined)
  expect(Buffer.compare(Buffer.from(await maps.read('town', 0, SIZE)), file)).toBe(0)
})

it('can be stopped between two pieces', async () => {
  const stop = new AbortController()
  await maps.pack(offer(), '450299001', piece, () => stop.abort(), stop.signal)

  expect((await maps.of('450299001')).map((map) => map.kept_bytes)).toEqual([PIECE_BYTES])
})

it('takes no room from records: where there is little it does not begin', async () => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 90 * 1024 * 1024, usage: 0 }) } })

  await expect(maps.pack(offer(), '450299001', piece, () => undefined)).rejects.toThrow(NoRoomForMap)
  expect(await maps.of('450299001')).toEqual([])
})

it('leaves nothing behind when the phone turns out to be full', async () => {
  const put = maps.maps.put.bind(maps.maps)
  vi.spyOn(maps.maps, 'put').mockImplementation((map) => (map.kept_bytes > PIECE_BYTES ? Promise.reject(new DOMException('', 'QuotaExceededError')) : put(map)) as never)

  await expect(maps.pack(offer(), '450299001', piece, () => undefined)).rejects.toThrow(NoRoomForMap)
  expect([await maps.maps.count(), await maps.pieces.count()]).toEqual([0, 0])
})

it('is given up when the browser has cleared a piece of it away', async () => {
  await maps.pack(offer(), '450299001', piece, () => undefined)
  await maps.pieces.delete(['town', 1])

  await expect(maps.read('town', PIECE_BYTES, 10)).rejects.toThrow(PackedMapLost)
  expect(await maps.of('450299001')).toEqual([])
})

it('is another subdistrict’s business', async () => {
  await maps.pack(offer(), '450299001', piece, () => undefined)

  expect(await maps.of('450299002')).toEqual([])
})

it('is gone once it is removed, and only it', async () => {
  await maps.pack(offer(), '450299001', piece, () => undefined)
  await maps.pack({ ...offer(), name: 'towns' }, '450299001', piece, () => undefined)
  await maps.remove('town')

  expect((await maps.of('450299001')).map((map) => map.name)).toEqual(['towns'])
  expect(await maps.pieces.count()).toBe(3)
})
