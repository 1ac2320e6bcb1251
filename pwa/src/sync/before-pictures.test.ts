// @vitest-environment node
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HazardRow } from '../core/types'
import { keptPictures, pictureOf } from '../device/pictures'
import type { Phone } from '../device/phone'
import { fetchBeforePictures, MOST, wantedPictures } from './before-pictures'
import { id, TestPhone } from './testing/phones'

let web: Server
let mine: TestPhone
let phone: Phone
const asked: string[] = []
let answer: { status: number; type: string } = { status: 200, type: 'image/webp' }

beforeEach(async () => {
  asked.length = 0
  answer = { status: 200, type: 'image/webp' }
  web = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(answer.status, { 'Content-Type': answer.type }).end('x'.repeat(100))
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  mine = new TestPhone(`http://127.0.0.1:${(web.address() as AddressInfo).port}`)
  phone = await mine.start()
})
afterEach(async () => {
  mine.close()
  web.closeAllConnections()
  await new Promise((resolve) => web.close(resolve))
})

const hazard = (stage: string, sha256: string, due_on: string | null = null, arrived = true) =>
  ({ id: id(), stage, due_on, reported_at: '2026-11-20T00:00:00Z', place_id: id(), grid_code: 'g', photos: [{ sha256, role: 'before', arrived }] }) as unknown as HazardRow & { start: number }

it('keeps the pictures of open hazards, and lets go of them when a hazard is closed', async () => {
  const open = hazard('dispatched', 'a'.repeat(64))
  await phone.database.hazard.bulkPut([open, hazard('closed', 'b'.repeat(64)), hazard('submitted', 'c'.repeat(64), null, false)])
  expect(await fetchBeforePictures(phone)).toBe(1)
  expect(asked).toEqual([`/api/photos/${'a'.repeat(64)}?size=screen`])
  expect((await pictureOf(phone.database, 'a'.repeat(64)))?.byteLength).toBe(100)
  expect(await fetchBeforePictures(phone)).toBe(0)
  await phone.database.hazard.put({ ...open, stage: 'closed' })
  await fetchBeforePictures(phone)
  expect((await keptPictures(phone.database)).size).toBe(0)
})

it('believes no page of a captive portal, and asks later', async () => {
  await phone.database.hazard.bulkPut([hazard('dispatched', 'a'.repeat(64)), hazard('dispatched', 'b'.repeat(64))])
  answer = { status: 200, type: 'text/html' }
  expect(await fetchBeforePictures(phone)).toBe(0)
  expect(asked).toHaveLength(1)
  answer = { status: 404, type: 'application/problem+json' }
  expect(await fetchBeforePictures(phone)).toBe(0)
  expect(asked).toHaveLength(3)
})

it('takes the most urgent first, large, and no more than a phone should carry', () => {
  const hazards = Array.from({ length: MOST + 20 }, (_, index) => hazard('dispatched', String(index).padStart(64, '0'), index === 200 ? '2026-11-21' : '2026-12-01'))
  const wanted = wantedPictures(hazards)
  expect(wanted).toHaveLength(MOST)
  expect(wanted[0]).toEqual({ sha256: String(200).padStart(64, '0'), size: 'screen' })
  expect(wanted.at(-1)?.size).toBe('thumb')
})
