import { expect, test } from 'vitest'
import { isWritten, most_bytes, type Spot, strokePath, thinned } from './stroke-path'

test('points on a straight line vanish, the corner stays', () => {
  const stroke: Spot[] = [
    [0, 0],
    [5, 0],
    [10, 0],
    [10, 5],
    [10, 10],
  ]
  expect(thinned(stroke, 0.5)).toEqual([
    [0, 0],
    [10, 0],
    [10, 10],
  ])
})

test('a stroke becomes a start and steps, in whole numbers', () => {
  expect(
    strokePath([
      [
        [1.4, 2.6],
        [11, 3],
        [11, 20],
      ],
    ]),
  ).toBe('M1,3l10,0 0,17')
})

test('two strokes are two lines, and a dot is a line of no length', () => {
  expect(
    strokePath([
      [
        [0, 0],
        [9, 9],
      ],
      [[3, 4]],
    ]),
  ).toBe('M0,0l9,9M3,4l0,0')
})

test('rounding does not add up along a long stroke', () => {
  const stroke: Spot[] = Array.from({ length: 400 }, (_, index) => [index * 1.3, index % 2 ? 30 : 0])
  const ends = [...strokePath([stroke]).matchAll(/(-?\d+),(-?\d+)/g)].reduce<[number, number]>(
    ([x, y], step) => [x + Number(step[1]), y + Number(step[2])],
    [0, 0],
  )
  expect(ends[0]).toBe(Math.round(399 * 1.3))
})

test('minutes of scribbling still fit, and a huge stroke does not exhaust the stack', () => {
  const scribble: Spot[] = Array.from({ length: 12_000 }, (_, index) => [
    300 + 280 * Math.sin(index * 0.7),
    120 + 110 * Math.cos(index * 1.1),
  ])
  expect(strokePath([scribble]).length).toBeLessThanOrEqual(most_bytes)
})

test('no strokes make no path, and an accidental touch is not a signature', () => {
  expect(strokePath([])).toBe('')
  expect(
    isWritten([
      [[5, 5]],
      [
        [6, 6],
        [7, 7],
      ],
    ]),
  ).toBe(false)
  expect(
    isWritten([
      [
        [5, 5],
        [60, 40],
      ],
    ]),
  ).toBe(true)
})
