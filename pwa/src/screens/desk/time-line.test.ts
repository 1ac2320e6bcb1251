// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { beforeEach, expect, test } from 'vitest'
import { preferences } from '@/device/preferences'
import TimeLine from './time-line.vue'

const GIVEN = { on: '2026-08-31', shown_on: '2026-08-31', first_on: '2026-08-01', today: '2026-09-10', known: true, failure: null, playing: false }
beforeEach(() => { preferences.language = 'zh' })
const opened = (changed: object = {}) => mount(TimeLine, { props: { ...GIVEN, ...changed } })

test('a slider names its day, steps by days, and by weeks with the page keys', async () => {
  const line = opened()
  const slider = line.get('input[type=range]')
  expect([slider.attributes('min'), slider.attributes('max'), (slider.element as HTMLInputElement).value]).toEqual(['0', '40', '30'])
  expect(slider.attributes('aria-valuetext')).toBe('2026年8月31日 周一')
  await slider.setValue('31')
  await slider.trigger('keydown', { key: 'PageDown' })
  await slider.trigger('keydown', { key: 'PageUp' })
  expect(line.emitted('choose')).toEqual([['2026-09-01'], ['2026-08-24'], ['2026-09-07']])
})

test('its last day is today, which is live; no step leads beyond either end', async () => {
  const line = opened({ on: '2026-09-08' })
  await line.get('input').setValue('40')
  await line.get('[aria-label="后一周"]').trigger('click')
  expect(line.emitted('choose')).toEqual([[''], ['']])
  const first = opened({ on: '2026-08-01' })
  await first.get('[aria-label="前一周"]').trigger('click')
  expect(first.emitted('choose')).toEqual([['2026-08-01']])
})

test('it says that the day stands still, and no other day under its name', async () => {
  const line = opened()
  expect(line.get('[role=status]').text()).toContain('看的是 2026年8月31日 周一 结束时的情形，停在这一天')
  await line.setProps({ on: '2026-08-24' })
  expect(line.get('[role=status]').text()).toContain('正在取 2026年8月24日')
  await line.setProps({ on: '' })
  expect(line.get('[role=status]').text()).toBe('')
  expect(line.findAll('button').map((button) => button.text())).not.toContain('回到今天')
})

test('before anything was recorded, and when nothing was answered, it says so', () => {
  expect(opened({ first_on: null, on: '' }).text()).toContain('还没有登记过隐患')
  const failed = opened({ failure: new Error('no'), shown_on: '' })
  expect(failed.get('[role=alert]').text()).toContain('2026年8月31日 周一 的情形没有取到')
  expect(failed.get('.said').text()).toBe('')
})
