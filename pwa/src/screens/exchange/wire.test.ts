import { expect, test } from 'vitest'
import { addressOfFile, stateOf } from './wire'

const now = new Date('2026-03-02T01:00:00Z')

test('a token lives until the moment at which it expires', () => {
  expect(stateOf({ expires_at: '2026-03-02T01:00:01Z', revoked_at: null }, now)).toBe('living')
  expect(stateOf({ expires_at: '2026-03-02T01:00:00Z', revoked_at: null }, now)).toBe('expired')
})

test('a revoked token is called revoked, also after its time', () => {
  expect(stateOf({ expires_at: '2026-04-01T00:00:00Z', revoked_at: '2026-03-01T00:00:00Z' }, now)).toBe('revoked')
  expect(stateOf({ expires_at: '2026-02-01T00:00:00Z', revoked_at: '2026-01-01T00:00:00Z' }, now)).toBe('revoked')
})

test('the address of a file says what is asked and nothing that is left empty', () => {
  expect(addressOfFile('grids', { f: 'shp', within: '' })).toBe('/api/exports/grids?f=shp')
  expect(addressOfFile('hazards', { f: 'kml', within: '450299001', stage: 'closed' })).toBe('/api/exports/hazards?f=kml&within=450299001&stage=closed')
  expect(addressOfFile('hazards', { f: 'gpkg', q: '液化气 & 100%' })).toBe('/api/exports/hazards?f=gpkg&q=%E6%B6%B2%E5%8C%96%E6%B0%94+%26+100%25')
})
