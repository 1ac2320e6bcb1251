import { describe, expect, it } from 'vitest'
import { receiptNumber, uuidv7 } from './numbers'
import { BATCH, nextBatch, onReceipt, parking, STALLED_AFTER, stalledRecords, unparking, waitBefore } from './outbox'
import { photoStepOf, photosOnTheWay, progress, stepOf } from './progress'
import type { Mutation, Problem, Receipt } from './types'

const problem: Problem = { type: '/problems/not-your-role', status: 403, title: 'Not your role', detail: '' }
const now = '2026-11-23T08:00:00.000Z'
let count = 0

function mutation(changes: Partial<Mutation> = {}): Mutation {
  count += 1
  const id = uuidv7(count, new Uint8Array(10).fill(count % 256))
  const args = { hazard_id: uuidv7(count + 1_000_000, new Uint8Array(10).fill(7)), note: '', photos: [] }
  return {
    ...{ id, number: count, device_code: 'X7K2', name: 'note_hazard', at: now, args, photo_hashes: [], state: 'waiting', shows: 1 },
    ...{ problem: null, parked: false, revision: null, tries: 0, answered_at: null, settled_at: null },
    ...changes,
  } as Mutation
}
const receiptOf = ({ id, number }: Mutation, outcome: Receipt['outcome']): Receipt => ({
  id,
  number,
  outcome,
  problem: outcome === 'applied' ? null : problem,
})

describe('the queue', () => {
  it('sends in the order of numbers, at most a batch at once, also what a killed app left as sending', () => {
    const queue = Array.from({ length: 250 }, () => mutation()).reverse()
    const [oldest] = queue.slice(-1)
    if (oldest) oldest.state = 'sending'
    const batch = nextBatch(queue)
    expect(batch).toHaveLength(BATCH)
    expect(batch[0]).toBe(oldest)
    expect(batch.map((one) => one.number)).toEqual([...batch.map((one) => one.number)].sort((one, other) => one - other))
  })

  it('goes round a stalled record and all that build on it, however indirectly', () => {
    const stalled = mutation({ tries: STALLED_AFTER })
    const about = (stalled.args as { hazard_id: string }).hazard_id
    const next = mutation({
      name: 'look_back',
      args: { hazard_id: about, result: 'came_back', note: '', recurrence_id: uuidv7(9, new Uint8Array(10)) },
    })
    const after = mutation({ name: 'note_hazard', args: { hazard_id: uuidv7(9, new Uint8Array(10)), note: '', photos: [] } })
    const other = mutation()
    expect(nextBatch([stalled, next, after, other])).toEqual([other])
    expect(stalledRecords([stalled, next, after, other])).toEqual([stalled])
  })

  it('takes no step back: an answer that comes late or twice changes nothing', () => {
    const outcomes = ['applied', 'refused', 'held'] as const
    for (const first of outcomes) {
      for (const second of outcomes) {
        const one = mutation({ state: 'sending' })
        Object.assign(one, onReceipt(one, receiptOf(one, first), now))
        expect(one.state).toBe(first)
        const change = onReceipt(one, receiptOf(one, second), now)
        if (first === 'held') expect(change?.state).toBe(second)
        else expect(change).toBeNull()
      }
    }
  })

  it('takes a refused record from the screen and keeps its reason until the person has dealt with it', () => {
    const one = mutation()
    Object.assign(one, onReceipt(one, receiptOf(one, 'refused'), now))
    expect(one).toMatchObject({ state: 'refused', shows: 0, problem, settled_at: null })
    expect(progress([one], [])).toMatchObject({ needs_you: 1, badge: 1, is_clear: false })
    one.settled_at = now
    expect(progress([one], [])).toMatchObject({ needs_you: 0, badge: 0, is_clear: true })
  })

  it('lets a parked record be tried again, but never one with a receipt', () => {
    const parked = mutation(parking(problem, now))
    expect(unparking(parked)).toMatchObject({ state: 'waiting', shows: 1, tries: 0 })
    expect(unparking(mutation({ state: 'refused' }))).toBeNull()
  })

  it('waits 1, 2, 4 … 60 s, spread by a quarter', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 99].map((tries) => waitBefore(tries, 0.5) / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect(waitBefore(1, 0)).toBe(750)
    expect(waitBefore(1, 0.999)).toBeLessThanOrEqual(1250)
  })
})

describe('what the screen says', () => {
  const photo = (state: 'drafted' | 'waiting' | 'uploading' | 'arrived' | 'refused', sent_bytes = 0) => ({
    state,
    size_bytes: 100,
    sent_bytes,
    settled_at: null,
  })

  it('is green only when records, photos and refusals are all at zero', () => {
    expect(progress([mutation({ state: 'applied' })], [photo('arrived'), photo('drafted')])).toMatchObject({ is_clear: true, badge: 0 })
    expect(progress([mutation()], []).is_clear).toBe(false)
    expect(progress([], [photo('refused')]).is_clear).toBe(false)
    expect(progress([], [photo('waiting'), photo('uploading', 40)])).toMatchObject({
      unsent_photos: 2,
      bytes_total: 200,
      bytes_sent: 40,
      is_clear: false,
    })
  })

  it('calls nothing accepted that has no receipt', () => {
    expect((['waiting', 'sending', 'held', 'applied', 'refused'] as const).map((state) => stepOf({ state }))).toEqual([
      'saved',
      'saved',
      'uploaded',
      'accepted',
      'refused',
    ])
    expect(photoStepOf({ state: 'uploading' }, [{ state: 'applied' }])).toBe('saved')
    expect(photoStepOf({ state: 'arrived' }, [{ state: 'waiting' }])).toBe('uploaded')
    expect(photoStepOf({ state: 'arrived' }, [{ state: 'applied' }])).toBe('accepted')
    expect(photosOnTheWay(['a', 'b'], new Map([['b', { state: 'waiting' }]]))).toEqual({ arrived: 1, all: 2 })
  })
})

describe('numbers', () => {
  it('are UUIDs of version 7 that sort by time, and receipt numbers of four digits or more', () => {
    const random = new Uint8Array([255, 255, 255, 1, 2, 3, 4, 5, 6, 7])
    // RFC 9562 appendix A.6: 0x017F22E279B0 is 2022-02-22 19:22:22 UTC.
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7fff-bf01-020304050607')
    const ids = [0, 1, 1000, 2 ** 40].map((at) => uuidv7(at, random))
    expect([...ids].sort()).toEqual(ids)
    expect(receiptNumber('X7K2', 47)).toBe('X7K2-0047')
    expect(receiptNumber('X7K2', 12345)).toBe('X7K2-12345')
  })
})
