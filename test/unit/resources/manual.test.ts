import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')

const excerpts = [...read('docs/writing-a-resource.md').matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)]

test('the manual has its examples', () => expect(excerpts).toHaveLength(4))

test.each(excerpts.map(([, file = '', code = '']) => [file, code] as const))(
  'the manual shows %s as it is',
  (file, code) => expect(read(file)).toContain(code),
)
