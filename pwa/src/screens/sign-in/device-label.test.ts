import { expect, test } from 'vitest'
import { codeIn, deviceLabel } from './device-label'

test('a phone is named by its system and browser', () => {
  const huawei = 'Mozilla/5.0 (Linux; Android 12; HarmonyOS; NOH-AN00) AppleWebKit/537.36 Chrome/114.0 HuaweiBrowser/15.0 Mobile Safari/537.36'
  expect(deviceLabel(huawei)).toBe('HarmonyOS · Huawei Browser')
  expect(deviceLabel('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1')).toBe('iPhone · Safari')
  expect(deviceLabel('Mozilla/5.0 (Linux; Android 13) Chrome/120 MicroMessenger/8.0')).toBe('Android · WeChat')
  expect(deviceLabel('')).toBe('')
})

test('a code is found in a link, after a hash, or alone; anything else is no code', () => {
  expect(codeIn('https://a.example/enrol/abcDEF_12-34')).toBe('abcDEF_12-34')
  expect(codeIn(' https://a.example/enrol#abcDEF_1234 ')).toBe('abcDEF_1234')
  expect(codeIn('abcDEF_1234')).toBe('abcDEF_1234')
  expect(codeIn('https://a.example/other')).toBeNull()
  expect(codeIn('兰')).toBeNull()
})
