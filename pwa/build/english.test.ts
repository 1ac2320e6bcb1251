import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { englishApart, parted } from './english'

const words = `${import.meta.dirname}/../src/words`

function transformed(name: string): string {
  const source = readFileSync(`${words}/${name}.ts`, 'utf8')
  const { transform } = englishApart(words) as unknown as { transform(code: string, id: string): string | undefined }
  return transform(source, `/anywhere/words/${name}.ts`) ?? ''
}

it('parts every dictionary where its English side begins', () => {
  const names = readdirSync(words).map((file) => file.replace(/\.ts$/, ''))
  const dictionaries = names.filter((name) => readFileSync(`${words}/${name}.ts`, 'utf8').includes('export default dictionary({'))

  expect(dictionaries.length).toBeGreaterThan(20)
  for (const name of dictionaries) {
    const { head, english } = parted(readFileSync(`${words}/${name}.ts`, 'utf8'), name)
    expect(head).toMatch(/[一-鿿]/)
    expect(english).not.toMatch(/\n {2}zh: /)
  }
})

it('leaves a dictionary its Chinese and lets it ask for the rest', () => {
  const chinese = transformed('today')

  expect(chinese).toContain("title: '今日'")
  expect(chinese).not.toContain("title: 'Today'")
  expect(chinese).toContain("englishOf('today')")
})

it('holds the English of all in one file', () => {
  const english = transformed('english')

  expect(english).toContain("'today': {")
  expect(english).toContain("title: 'Today'")
})

it('says how a dictionary is to be written', () => {
  expect(() => parted('export default dictionary({ zh: {}, en: {} })', 'odd')).toThrow('src/words/odd.ts')
})
