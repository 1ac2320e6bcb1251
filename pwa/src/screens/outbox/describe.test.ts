import { afterEach, expect, test } from 'vitest'
import type { Mutation } from '@/core/types'
import { TestPhone } from '@/sync/testing/phones'
import { placeNames, titleOf } from './describe'

const phone = new TestPhone('http://127.0.0.1:9')
afterEach(() => phone.close())
const record = (id: string, name: Mutation['name'], args: object) => ({ id, name, args }) as Mutation

test('what is done to a hazard that was reported here is named by the place of its report', async () => {
  const { database } = await phone.start()
  await database.premises.put({ id: 'p', name: '和平量贩KTV' } as never)
  const report = record('1', 'report_hazard', { hazard_id: 'h', place_id: 'p', location_note: '' })
  const advice = record('2', 'give_advice', { hazard_id: 'h' })
  const street = record('3', 'report_hazard', { hazard_id: 's', location_note: '和平路口' })
  const note = record('4', 'note_hazard', { hazard_id: 's' })
  const all = [report, advice, street, note]
  const names = await placeNames(database, all)
  expect(all.map((one) => titleOf(one, names))).toEqual(['和平量贩KTV', '和平量贩KTV', '和平路口', '和平路口'])
})
