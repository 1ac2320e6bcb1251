import { expect, test } from 'vitest'
import { timeLeft } from './time-left'

/** 15:00 on a Shanghai day. */
const at = (day: string, time = '15:00:00') => new Date(`${day}T${time}+08:00`)

test('one day and nine hours are left at three in the afternoon before the last day', () => {
  expect(timeLeft('2026-11-24', at('2026-11-23'))).toEqual({ tone: 'soon', days: 1, hours: 9, due_in_days: 1 })
})

test('more than three days is calm, three days is near', () => {
  expect(timeLeft('2026-11-27', at('2026-11-23')).tone).toBe('neutral')
  expect(timeLeft('2026-11-25', at('2026-11-23')).tone).toBe('soon')
})

test('the deadline day itself counts until midnight in Shanghai, wherever the phone thinks it is', () => {
  expect(timeLeft('2026-11-23', at('2026-11-23', '23:59:59'))).toMatchObject({ tone: 'soon', days: 0, hours: 0, due_in_days: 0 })
  expect(timeLeft('2026-11-23', at('2026-11-24', '00:00:00'))).toMatchObject({ tone: 'overdue', days: 1 })
})

test('overdue days are calendar days past the last day', () => {
  expect(timeLeft('2026-11-21', at('2026-11-23'))).toMatchObject({ tone: 'overdue', days: 2, due_in_days: -2 })
})
