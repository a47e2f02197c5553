import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { positionOf } from '../../../engine/inventory/locate.ts'
import { parseSource } from '../../../engine/inventory/parse-source.ts'

const text = `a: &base
  b: 1
  list: [x, {y: 2}]
c:
  <<: *base
  d:
e: *base
`
const { source } = parseSource('site', 'site.yml', text)

/** The text that begins at the position. */
const textAt = (path: readonly string[], part: 'key' | 'value'): string => {
  const { line, column } = positionOf(source, path, part)
  return text.split('\n')[line - 1]?.slice(column - 1) ?? ''
}

describe('a place in a file', () => {
  test.each([
    [['a', 'b'], 'key', 'b: 1'],
    [['a', 'b'], 'value', '1'],
    [['a', 'list'], 'value', '[x, {y: 2}]'],
    [['a', 'list', '0'], 'value', 'x, {y: 2}]'],
    [['a', 'list', '1', 'y'], 'value', '2}]'],
    [['a', 'list', '1', 'y'], 'key', 'y: 2}]'],
    [['c', 'b'], 'value', '1'],
    [['e', 'list', '1', 'y'], 'value', '2}]'],
    [['c', 'd'], 'value', 'd:'],
  ] as const)('%j, %s', (path, part, expected) => {
    expect(textAt(path, part)).toBe(expected)
  })

  test.each([
    [['c', 'missing'], 'c:'],
    [['a', 'b', 'deeper'], 'b: 1'],
    [['a', 'list', '7', 'y'], 'list: [x, {y: 2}]'],
    [['nothing'], 'a: &base'],
  ] as const)('%j is not there: where its nearest ancestor is named', (path, expected) => {
    expect(textAt(path, 'value')).toBe(expected)
  })

  test('every value of any document is found where it was written', () => {
    const key = fc.stringMatching(/^[a-z]{1,3}$/)
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.dictionary(key, tie('node'), { maxKeys: 3 })),
    })).node
    fc.assert(
      fc.property(fc.dictionary(key, tree, { minKeys: 1, maxKeys: 3 }), (value) => {
        const json = JSON.stringify(value, null, 2)
        const parsed = parseSource('site', 'x', json).source
        expect(parsed.value).toEqual(value)
        for (const [path, part] of leaves(value)) {
          const { line, column } = positionOf(parsed, path, 'value')
          expect(json.split('\n')[line - 1]?.slice(column - 1)).toMatch(new RegExp(`^${part},?$`))
        }
      }),
    )
  })
})

const leaves = (value: unknown, path: readonly string[] = []): readonly (readonly [readonly string[], string])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]))
    : [[path, String(value)]]
