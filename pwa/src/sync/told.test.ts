// @vitest-environment node
import { expect, it } from 'vitest'
import type { PushBody } from '../core/types'
import { push } from './push'
import { eachTest, phone, restart, server } from './testing/each-test'
import { aPhoto, aRecord } from './testing/phones'
import { tellWaiting, waitingOf } from './told'
import { uploadPhotos } from './upload-photos'

const heard: PushBody[] = []

eachTest((server) => {
  heard.length = 0
  server.envelope = (body) => {
    heard.push(body)
    return undefined
  }
})

async function recordWithPhoto(): Promise<void> {
  const photo = aPhoto(2000)
  await phone.database.record([aRecord('note_hazard', { photos: [{ sha256: photo.sha256, role: 'item' }] })], [photo])
}
const said = () => heard.map(({ waiting, mutations }) => [waiting.mutations, waiting.photos, waiting.bytes, mutations.length])

it('tells that the last photo has arrived, once', async () => {
  await recordWithPhoto()
  await push(phone)
  await uploadPhotos(phone)
  expect(await tellWaiting(phone)).toBe(1)
  expect(await tellWaiting(phone)).toBe(0)
  expect(said()).toEqual([
    [0, 1, 2000, 1],
    [0, 0, 0, 0],
  ])
})

it('still tells it after the browser was killed in between', async () => {
  await recordWithPhoto()
  await push(phone)
  await uploadPhotos(phone)
  await restart()
  expect(await tellWaiting(phone)).toBe(1)
  expect(said().at(-1)).toEqual([0, 0, 0, 0])
})

it('says nothing while nothing was ever said, and nothing twice when the server could not be heard', async () => {
  expect(await tellWaiting(phone)).toBe(0)
  await recordWithPhoto()
  await push(phone)
  await uploadPhotos(phone)
  server.trouble = () => 'dropped'
  await expect(tellWaiting(phone)).rejects.toThrow()
  server.trouble = () => undefined
  expect(await tellWaiting(phone)).toBe(1)
})

it('counts each record and photo once while another tab moves it from one state to the other', async () => {
  await recordWithPhoto()
  const { database } = phone
  const device = (await database.identity())?.id ?? ''
  const move = (state: 'waiting' | 'sending', of_photo: 'waiting' | 'uploading') =>
    Promise.all([database.mutations.toCollection().modify({ state }), database.photos.toCollection().modify({ state: of_photo })])
  for (let turns = 0; turns < 30; turns++) {
    await move('sending', 'uploading')
    const looking = waitingOf(phone, device)
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await move('waiting', 'waiting')
    expect(await looking).toEqual({ mutations: 1, photos: 1, bytes: 2000 })
  }
})

it('a former device is told of as well, and what waits is counted once', async () => {
  await phone.database.record([aRecord(), aRecord()])
  await push(phone)
  await phone.database.record([aRecord()])
  const present = '01890000-0000-7000-8000-0000000000d2'
  await phone.database.identify({ id: present, code: 'N3W1', last_number: 0 })
  await recordWithPhoto()
  await push(phone)
  await uploadPhotos(phone)
  await tellWaiting(phone)
  const last = new Map(heard.map(({ device, waiting }) => [device, waiting]))
  expect([...last.values()]).toEqual([
    { mutations: 0, photos: 0, bytes: 0 },
    { mutations: 0, photos: 0, bytes: 0 },
  ])
  const whileWaiting = heard.filter(({ mutations }) => mutations.length).map(({ waiting }) => waiting.mutations)
  expect(whileWaiting).toEqual([0, 0, 0])
})
