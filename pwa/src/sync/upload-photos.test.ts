// @vitest-environment node
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { NewPhoto } from '../core/types'
import { NotSignedIn, Unanswered } from '../device/server'
import { push } from './push'
import { eachTest, phone, restart, server } from './testing/each-test'
import { aPhoto, aRecord } from './testing/phones'
import { problemBody, type Request, type Trouble } from './testing/server'
import { uploadPhotos } from './upload-photos'

eachTest()

async function recorded(...photos: NewPhoto[]): Promise<void> {
  await phone.database.record([aRecord('note_hazard', { photos: photos.map(({ sha256 }) => ({ sha256, role: 'item' as const })) })], photos)
}
const stored = (photo: NewPhoto) => phone.database.photos.get(photo.sha256)
const patches = () => server.requests.filter((request) => request.method === 'PATCH')
/** The n-th request of a method goes wrong, once. */
function once(method: string, n: number, trouble: Trouble): (request: Request) => Trouble | undefined {
  let seen = 0
  return (request) => (request.method === method && ++seen === n ? trouble : undefined)
}

describe('a photo', () => {
  it('arrives whole, in pieces, and is believed only with its receipt', async () => {
    const photo = aPhoto(700_000)
    await recorded({ ...photo, fix: { lon: 109.4, lat: 24.3, accuracy_m: 12, crs: 'wgs84', source: 'gps', taken_at: photo.taken_at } })
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.get(photo.sha256)?.equals(Buffer.from(photo.bytes))).toBe(true)
    expect(patches().map((request) => request.body.length)).toEqual([262144, 262144, 175712])
    const [upload] = server.uploads.values()
    const said = Object.fromEntries(
      (upload?.metadata ?? '')
        .split(',')
        .map((pair) => pair.split(' ').map((part, at) => (at ? Buffer.from(part, 'base64').toString() : part))),
    )
    expect(said).toMatchObject({ sha256: photo.sha256, lon: '109.4', lat: '24.3', crs: 'wgs84', accuracy_m: '12', source: 'gps' })
    expect(await stored(photo)).toMatchObject({ state: 'arrived', sent_bytes: 700_000 })
  })

  it('resumes at the byte after a cut, with smaller pieces, also when the app was killed meanwhile', async () => {
    const photo = aPhoto(700_000)
    await recorded(photo)
    server.trouble = once('PATCH', 2, 'dropped')
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(Unanswered)
    expect(await stored(photo)).toMatchObject({ state: 'waiting', sent_bytes: 262144 })
    await restart()
    await uploadPhotos(phone, { chunk_bytes: 64 * 1024, pieces: 0 })
    expect(server.uploads.size).toBe(1)
    expect(patches().filter((request) => request.headers['upload-offset'] === '0')).toHaveLength(1)
    expect(await stored(photo)).toMatchObject({ state: 'arrived' })
  })

  it('asks where the server stands when the answer to a piece was lost', async () => {
    const photo = aPhoto(600_000)
    await recorded(photo)
    server.trouble = once('PATCH', 3, 'lost')
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(Unanswered)
    const sent = patches().length
    expect(await uploadPhotos(phone)).toBe(1)
    expect(patches()).toHaveLength(sent)
  })

  it('is not believed to have arrived when a portal answers', async () => {
    const photo = aPhoto(1000)
    await recorded(photo)
    server.trouble = () => 'portal'
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(Unanswered)
    expect(await stored(photo)).toMatchObject({ state: 'waiting' })
    server.trouble = () => undefined
    expect(await uploadPhotos(phone)).toBe(1)
  })

  it('sends a piece again that was damaged on the way', async () => {
    const photo = aPhoto(300_000)
    await recorded(photo)
    server.trouble = (request) => {
      if (request.method === 'PATCH' && patches().length === 1) request.body[5] = (request.body[5] ?? 0) ^ 1
      return undefined
    }
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.get(photo.sha256)?.equals(Buffer.from(photo.bytes))).toBe(true)
  })

  it('starts again when the server no longer knows the upload', async () => {
    const photo = aPhoto(400_000)
    await recorded(photo)
    server.trouble = once('PATCH', 2, 503)
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(Unanswered)
    server.uploads.clear()
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.has(photo.sha256)).toBe(true)
  })

  it('is refused in words when its bytes were damaged on the phone, and the others still arrive', async () => {
    const [damaged, whole] = [aPhoto(1000), aPhoto(1000)]
    await recorded(damaged, whole)
    await phone.database.photo_bytes.put({ sha256: damaged.sha256, bytes: aPhoto(1000).bytes })
    expect(await uploadPhotos(phone)).toBe(1)
    expect(await stored(damaged)).toMatchObject({ state: 'refused', problem: { type: '/problems/photo-damaged-on-phone' } })
    expect(await stored(whole)).toMatchObject({ state: 'arrived' })
  })

  it('holds up no other when the server always fails on it', async () => {
    const [bad, good] = [aPhoto(1000), aPhoto(1000)]
    await recorded(bad)
    await recorded(good)
    const named = (request: Request) => Buffer.from(String(request.headers['upload-metadata']).split(/[ ,]/)[1] ?? '', 'base64').toString()
    server.trouble = (request) => (request.method === 'POST' && named(request) === bad.sha256 ? 500 : undefined)
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(Unanswered)
    expect(await stored(good)).toMatchObject({ state: 'arrived' })
    expect(await stored(bad)).toMatchObject({ state: 'waiting', tries: 1 })
  })

  it('arrives without its capture record rather than not at all', async () => {
    const photo = { ...aPhoto(1000), taken_at: 'yesterday' }
    await recorded(photo)
    server.trouble = (request) =>
      request.method === 'POST' && String(request.headers['upload-metadata']).includes('taken_at') ? 400 : undefined
    expect(await uploadPhotos(phone)).toBe(1)
  })

  it('is refused for good when the server will never take it', async () => {
    const photo = aPhoto(1000)
    await recorded(photo)
    const never = problemBody(415, 'not-a-photo')
    const refuses = (response: ServerResponse) => void response.writeHead(415, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(never))
    server.trouble = (request) => (request.method === 'PATCH' ? refuses : undefined)
    expect(await uploadPhotos(phone)).toBe(0)
    expect(await stored(photo)).toMatchObject({ state: 'refused', problem: { status: 415 } })
  })

  it('is sent although its record was refused', async () => {
    const photo = aPhoto(1000)
    await recorded(photo)
    server.judge = () => problemBody(403, 'not-your-role')
    await push(phone)
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.has(photo.sha256)).toBe(true)
  })

  it('waits for sign-in, and never leaves the phone while its form is unfinished', async () => {
    const [waiting, drafted] = [aPhoto(1000), aPhoto(1000)]
    await recorded(waiting)
    await phone.database.keepPhoto(drafted, 'draft-1')
    server.session_ok = false
    await expect(uploadPhotos(phone)).rejects.toBeInstanceOf(NotSignedIn)
    server.session_ok = true
    expect(await uploadPhotos(phone)).toBe(1)
    expect(server.photos.has(drafted.sha256)).toBe(false)
  })
})
