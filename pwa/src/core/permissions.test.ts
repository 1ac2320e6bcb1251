import { describe, expect, test } from 'vitest'
import written from '../../../tests/vectors/permissions.json'
import { may, type Permission, type PostedPerson, reach, reachSees, reachShares } from './permissions'

type Place = [place: string, also: string[]]
type Vectors = {
  on: string
  person_id: string
  people: Record<string, PostedPerson['postings']>
  cases: { person: string; permission: Permission; place_code: string; also: string[]; may: boolean }[]
  reach: { person: string; sees: Place[]; does_not_see: Place[]; shares: string[]; does_not_share: string[] }[]
}
const vectors = written as unknown as Vectors

function person(name: string): PostedPerson {
  const postings = vectors.people[name]
  if (postings === undefined) throw new Error(`nobody is called ${name} in the vectors`)
  return { id: vectors.person_id, postings }
}

describe('may answers as the server does', () => {
  test.each(vectors.cases)('$person $permission at $place_code $also: $may', (given) => {
    expect(may(person(given.person), given.permission, given.place_code, vectors.on, given.also)).toBe(given.may)
  })
})

describe('reach answers as the server does', () => {
  test.each(vectors.reach)('$person', (given) => {
    const within = reach(person(given.person), vectors.on)

    expect(given.sees.filter(([place, also]) => !reachSees(within, place, also))).toEqual([])
    expect(given.does_not_see.filter(([place, also]) => reachSees(within, place, also))).toEqual([])
    expect(given.shares.filter((place) => !reachShares(within, place))).toEqual([])
    expect(given.does_not_share.filter((place) => reachShares(within, place))).toEqual([])
  })
})
