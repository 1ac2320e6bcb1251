import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Checklist } from './checklist'
import { chipsOf } from './chips'

const { bodies } = JSON.parse(readFileSync('../tests/vectors/checklist.json', 'utf8')) as { bodies: Record<string, Checklist> }
const household = bodies['co.household'] as Checklist
const JOINT = 'co.heater.flue_joint'
const OUTDOOR = 'co.heater.flue_outdoor'

describe('chips', () => {
  const item = (id: string, body = household) => body.items.find((each) => each.id === id) as Checklist['items'][number]
  const values = (id: string) => chipsOf(item(id), 'hazard', 'zh').map((chip) => chip.value)

  test('each thing that can be seen is one chip', () => {
    expect(values(JOINT)).toEqual(['接口松脱', '胶带或铝箔软管代用', '破损锈穿', '倒坡积水'])
  })

  test('places that belong to one thing stay together', () => {
    expect(values(OUTDOOR)).toEqual(['未装烟管', '烟口在室内、吊顶、封闭阳台、天井、公共走廊'])
    expect(values('co.coal.bedroom')).toEqual(['在卧室、密闭房间燃煤烧炭', '封炉过夜'])
  })

  test('a choice and a number say themselves what is wrong', () => {
    expect(chipsOf(item('co.heater.type'), 'direct', 'zh').map((chip) => chip.value)).toEqual(['直排式（无烟管）'])
    expect(chipsOf(item('co.gas.hose_length'), 2.5, 'en')[0]?.label.en).toBe('Hose length 2.5 m')
  })

  test('no check of any shipped checklist is without a chip, in either language', () => {
    const checks = Object.values(bodies).flatMap((body) => body.items.filter(({ type }) => type === 'check'))
    expect(checks.length).toBeGreaterThan(100)
    for (const check of checks) for (const language of ['zh', 'en'] as const) expect(chipsOf(check, 'hazard', language).every((chip) => chip.label[language]), check.id).toBe(true)
    for (const check of checks) expect(chipsOf(check, 'hazard', 'zh').length, check.id).toBeGreaterThan(0)
  })
})
