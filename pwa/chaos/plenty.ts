/** Fill the phone that is signed in in this page with plenty of records and photos, through the app's own database. */
import type { Id, MutationArgs, NewPhoto } from '../src/core/types'
import { PhoneDatabase } from '../src/device/accounts'
import type { Database, NewMutation } from '../src/device/database'
import { browserLine } from '../src/device/phone'
import { openLast } from '../src/sync/opening'
import { newId, publicHazard } from './public-hazard'

/** So many visits, so many hazards with a photo each, and where they are. */
type Order = { visits: number; hazards: number; doors: Id[]; grid: string }

const A_FORM = 100
const WIDTH = 640
const HEIGHT = 480
const NO_NOTICE = { delivered: 'none', signed: 'none' } as const

/** Keep all of it as forms are kept, a hundred records each; return how many records wait on the phone. */
export async function plenty({ visits, hazards, doors, grid }: Order): Promise<number> {
  const accounts = new PhoneDatabase()
  const opened = await openLast({ line: browserLine(), accounts })
  if (!opened) throw new Error('nobody is signed in')
  const { database } = opened
  for (let at = 0; at < visits; at += A_FORM) {
    const count = Math.min(A_FORM, visits - at)
    await database.record(Array.from({ length: count }, (_, index) => visit(doors[(at + index) % doors.length] as Id, at + index)))
  }
  for (let at = 0; at < hazards; at += A_FORM) await reports(database, grid, at, Math.min(A_FORM, hazards - at))
  const { mutations } = await database.countUnsent()
  database.close()
  accounts.close()
  return mutations
}

async function reports(database: Database, grid: string, first: number, count: number): Promise<void> {
  const photos: NewPhoto[] = []
  const records: NewMutation[] = []
  for (let index = 0; index < count; index++) {
    const photo = await photograph()
    photos.push(photo)
    records.push(publicHazard(grid, first + index, [photo]))
  }
  await database.record(records, photos)
}

function visit(place_id: Id, number: number): NewMutation {
  const at = new Date().toISOString()
  const args: MutationArgs['record_visit'] = {
    ...{ visit_id: newId(), place_kind: 'household', place_id, track: 'patrol', outcome: 'no_answer', answers: {}, item_notes: {} },
    ...{ note: `走访 ${number}`, photos: [], notice: NO_NOTICE, started_at: at, ended_at: at, fix: null },
  }
  return { id: newId(), name: 'record_visit', at, args }
}

/** Return a JPEG of coloured fields that no other has. */
async function photograph(): Promise<NewPhoto> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT)
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D
  const chance = crypto.getRandomValues(new Uint8Array(3 * 120))
  for (let field = 0; field < 120; field++) {
    pen.fillStyle = `rgb(${chance.slice(3 * field, 3 * field + 3).join(' ')})`
    pen.fillRect((field % 12) * (WIDTH / 12), Math.floor(field / 12) * (HEIGHT / 10), WIDTH / 12, HEIGHT / 10)
  }
  const bytes = await jpeg(canvas)
  const small = new OffscreenCanvas(96, 72)
  small.getContext('2d')?.drawImage(canvas, 0, 0, 96, 72)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  const taken_at = new Date().toISOString()
  return { sha256, size_bytes: bytes.byteLength, mime: 'image/jpeg', taken_at, fix: null, bytes, thumb: await jpeg(small) }
}

async function jpeg(canvas: OffscreenCanvas): Promise<ArrayBuffer> {
  return (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer()
}
