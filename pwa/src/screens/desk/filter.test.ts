import { expect, test } from 'vitest'
import { addressOfFile } from '../exchange/wire'
import { NO_FILTER, viewOf } from './filter'

const asked = (change: Partial<typeof NO_FILTER>) => decodeURIComponent(addressOfFile('hazards', viewOf({ ...NO_FILTER, ...change }) ?? { none: 'null' }).split('?')[1] ?? '')

test('a file is asked for by what the list is filtered by', () => {
  expect(asked({})).toBe('open=true')
  expect(asked({ stages: 'ended', place_code: '450299001002', words: ' 阀门 ' })).toBe('open=false&within=450299001002&q=阀门')
  expect(asked({ stages: 'submitted', category: 'household', overdue: true })).toBe('stage=submitted&category=household&overdue=true')
})

test('what only a person’s own permits tell is no view of the server', () => {
  expect(viewOf({ ...NO_FILTER, to_do: true })).toBeNull()
})
