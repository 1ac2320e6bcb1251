// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { preferences } from '@/device/preferences'
import AnswerGroup from './answer-group.vue'
import ChipGroup from './chip-group.vue'
import DeadlineBadge from './deadline-badge.vue'
import DoorGrid from './door-grid.vue'
import NumberField from './number-field.vue'
import PhotoStrip from './photo-strip.vue'
import PhotoTile from './photo-tile.vue'
import ProgressTicks from './progress-ticks.vue'
import ReasonButton from './reason-button.vue'
import Sheet from './sheet.vue'
import SignaturePad from './signature-pad.vue'
import TextField from './text-field.vue'

afterEach(() => {
  preferences.language = 'zh'
  document.body.innerHTML = ''
})

test('a locked action stays in reach, tells its reason and does nothing', async () => {
  const button = mount(ReasonButton, { props: { label: '复查合格', reason: '您不能自己复查销号。' } })
  const locked = button.get('button')
  expect(locked.attributes('aria-disabled')).toBe('true')
  expect(locked.attributes('disabled')).toBeUndefined()
  expect(button.get(`#${locked.attributes('aria-describedby')}`).text()).toContain('您不能自己复查销号。')
  await locked.trigger('click')
  expect(button.emitted('press')).toBeUndefined()
})

test('an allowed action is pressed once, and not while it is busy', async () => {
  const button = mount(ReasonButton, { props: { label: '复查合格', reason: null } })
  await button.get('button').trigger('click')
  await button.setProps({ busy: true })
  await button.get('button').trigger('click')
  expect(button.emitted('press')).toHaveLength(1)
})

test('answers are native radios of one group under a legend', async () => {
  const options = [
    { value: 'ok', label: '符合', icon: 'tick', tone: 'ok' },
    { value: 'hazard', label: '有隐患', icon: 'hazard', tone: 'danger' },
  ] as const
  const group = mount(AnswerGroup, { props: { name: 'q1', legend: '第一题', options: [...options], error: '请选一项' } })
  expect(group.get('fieldset legend').text()).toBe('第一题')
  expect(new Set(group.findAll('input[type=radio]').map((input) => input.attributes('name')))).toEqual(new Set(['q1']))
  expect(group.get(`#${group.get('fieldset').attributes('aria-describedby')}`).text()).toBe('请选一项')
  await group.get('input[value=hazard]').setValue()
  expect(group.emitted('update:modelValue')).toEqual([['hazard']])
})

test('the arrows look at the answers without giving one', async () => {
  const options = (['ok', 'hazard', 'na'] as const).map((value) => ({ value, label: value, icon: 'tick', tone: 'ok' }) as const)
  const group = mount(AnswerGroup, { props: { name: 'q2', legend: '第二题', options }, attachTo: document.body })
  const at = () => (document.activeElement as HTMLInputElement).value
  group.get<HTMLInputElement>('input[value=ok]').element.focus()
  const seen = []
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'Home']) {
    await group.get(`input[value=${at()}]`).trigger('keydown', { key })
    seen.push(at())
  }
  expect(seen).toEqual(['hazard', 'na', 'ok', 'na', 'na'])
  expect(group.emitted('update:modelValue')).toBeUndefined()
  group.unmount()
})

test('chips collect several values and give one back', async () => {
  const chips = mount(ChipGroup, {
    props: { name: 'seen', legend: '看到什么', options: ['a', 'b'].map((value) => ({ value, label: value })), modelValue: ['a'] },
  })
  await chips.get('input[value=b]').setValue(true)
  expect(chips.emitted('update:modelValue')?.at(-1)).toEqual([['a', 'b']])
  await chips.setProps({ modelValue: ['a', 'b'] })
  await chips.get('input[value=a]').setValue(false)
  expect(chips.emitted('update:modelValue')?.at(-1)).toEqual([['b']])
})

const floors = ['6', '5'].map((floor) => ({
  label: floor,
  doors: ['01', '02', '03'].map((room) => ({ id: floor + room, room: floor + room, look: 'unvisited' as const, word: '未访' })),
}))

test('arrow keys walk over the doors, and only one door is a stop for Tab', async () => {
  const grid = mount(DoorGrid, { props: { floors, label: '3栋', modelValue: '602' }, attachTo: document.body })
  const press = async (key: string) => {
    await grid.get('[role=grid]').trigger('keydown', { key })
    const chosen = grid.emitted('update:modelValue')?.at(-1)?.[0] as string
    await grid.setProps({ modelValue: chosen })
    return chosen
  }
  expect(grid.findAll('[tabindex="0"]')).toHaveLength(1)
  expect(await press('ArrowDown')).toBe('502')
  expect(await press('ArrowRight')).toBe('503')
  expect(await press('ArrowRight')).toBe('503')
  expect(await press('ArrowUp')).toBe('603')
  expect(await press('ArrowUp')).toBe('603')
  expect(document.activeElement?.textContent).toContain('603')
})

test('a number outside its limits is told, and not handed on', async () => {
  const field = mount(NumberField, { props: { label: '宽度', min: 0, max: 50, modelValue: 3 } })
  await field.get('input').setValue('１２')
  expect(field.emitted('update:modelValue')?.at(-1)).toEqual([12])
  await field.get('input').setValue('500')
  expect(field.emitted('update:modelValue')?.at(-1)).toEqual([null])
  expect(field.get('[role=alert]').text()).toContain('0 到 50')
  expect(field.get('input').attributes('aria-invalid')).toBe('true')
})

test('the draft can be saved before the camera opens, and the same picture can be taken twice', async () => {
  let kept: () => void = () => undefined
  const prepare = () => new Promise<void>((resolve) => { kept = resolve })
  const strip = mount(PhotoStrip, { props: { photos: [], prepare } })
  const input = strip.get('input[type=file]')
  const taps: Event[] = []
  input.element.addEventListener('click', (event) => taps.push(event))
  await input.trigger('click')
  expect(strip.emitted('opens')).toHaveLength(1)
  expect(taps.map((tap) => tap.defaultPrevented)).toEqual([true])
  kept()
  await flushPromises()
  expect(taps.map((tap) => tap.defaultPrevented)).toEqual([true, false])
  expect(strip.emitted('opens')).toHaveLength(1)
  const file = new File(['x'], 'a.jpg', { type: 'image/jpeg' })
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
  expect(strip.emitted('taken')).toEqual([[[file]]])
  expect((input.element as HTMLInputElement).value).toBe('')
})

test('where no more photos fit, no camera is offered', () => {
  const photos = [1, 2].map((number) => ({ id: String(number), state: 'saved' as const }))
  expect(
    mount(PhotoStrip, { props: { photos, most: 2 } })
      .find('input')
      .exists(),
  ).toBe(false)
})

test('a photo tells its state in words, in either language', async () => {
  const tile = mount(PhotoTile, { props: { number: 2, state: 'uploading', sent_kb: 524, total_kb: 565 } })
  expect(tile.get('button').attributes('aria-label')).toBe('照片 2，上传 524 / 565 KB')
  preferences.language = 'en'
  await nextTick()
  expect(tile.get('button').attributes('aria-label')).toBe('Photo 2, Upload 524 / 565 KB')
})

test('progress is read out as a sentence', () => {
  const ticks = mount(ProgressTicks, { props: { ticks: ['done', 'hazard', 'todo'], at: 1 } })
  expect(ticks.get('[role=img]').attributes('aria-label')).toBe('第 2 题，共 3 题；已答 2 题，有隐患 1 题')
})

test('a deadline says how near it is in words', () => {
  const said = (due_on: string, big = false) =>
    mount(DeadlineBadge, { props: { due_on, now: new Date('2026-11-23T15:00:00+08:00'), big } }).text()
  expect(said('2026-11-24', true)).toContain('还剩 1 天 9 小时')
  expect(said('2026-11-24')).toBe('明天到期')
  expect(said('2026-11-23')).toBe('今天到期')
  expect(said('2026-11-28')).toBe('还剩 5 天')
  expect(said('2026-11-21')).toContain('逾期 2 天')
})

test('one button takes the sheet through its three heights', async () => {
  const sheet = mount(Sheet, { props: { label: '列表', height: 'header' } })
  const heights: unknown[] = []
  for (let press = 0; press < 3; press += 1) {
    await sheet.get('button.handle').trigger('click')
    heights.push(sheet.emitted('update:height')?.at(-1)?.[0])
    await sheet.setProps({ height: heights.at(-1) as 'header' })
  }
  expect(heights).toEqual(['some', 'full', 'header'])
})

test('a pull upwards raises the sheet, and is not counted as a press too', async () => {
  const sheet = mount(Sheet, { props: { label: '列表', height: 'header' } })
  const handle = sheet.get('button.handle')
  await handle.trigger('pointerdown', { clientY: 500, pointerId: 1 })
  await handle.trigger('pointerup', { clientY: 400, pointerId: 1 })
  await handle.trigger('click')
  expect(sheet.emitted('update:height')).toEqual([['some']])
})

test('a refusal to sign asks for a witness, and can be taken back', async () => {
  const pad = mount(SignaturePad, { props: { label: '签名' } })
  await pad.findAll('button').at(-1)?.trigger('click')
  expect(pad.emitted('update:modelValue')).toEqual([[{ refused: true, witness: '' }]])
  await pad.setProps({ modelValue: { refused: true, witness: '' } })
  await pad.get('input').setValue('物业值班')
  expect(pad.emitted('update:modelValue')?.at(-1)).toEqual([{ refused: true, witness: '物业值班' }])
  await pad.get('button').trigger('click')
  expect(pad.emitted('update:modelValue')?.at(-1)).toEqual([null])
})

test('a field ties its label, hint and error to the input', () => {
  const field = mount(TextField, { props: { label: '说明', hint: '不写姓名', error: '太长了', limit: 60, modelValue: '好' } })
  const input = field.get('input')
  expect(field.get(`label[for="${input.attributes('id')}"]`).text()).toBe('说明')
  const described = (input.attributes('aria-describedby') ?? '').split(' ').map((id) => field.get(`[id="${id}"]`).text())
  expect(described).toEqual(['不写姓名', '太长了'])
})
