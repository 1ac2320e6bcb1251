import { expect, test } from 'vitest'
import type { Basis, Item } from '@/core/checklist'
import { newest, tally } from './tally'

const item = (...sources: Basis['source'][]) => ({ basis: sources.map((source) => ({ ref: 'X', clause: '', source })) }) as Item

test('an item is as sure as the surest of its bases, and every item is counted once', () => {
  const counts = tally({ items: [item('memory', 'looked-up'), item('memory'), item('title-looked-up', 'memory'), item()] })
  expect(counts).toEqual({ 'looked-up': 1, 'title-looked-up': 1, memory: 1, none: 1 })
})

test('only the newest version of each checklist is shown', () => {
  const rows = [
    { id: 'ws.school', version: 2 },
    { id: 'co.household', version: 1 },
    { id: 'ws.school', version: 10 },
  ]
  expect(newest(rows)).toEqual([
    { id: 'co.household', version: 1 },
    { id: 'ws.school', version: 10 },
  ])
})
