import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apply, filters } from '../../../engine/templates/filters/apply.ts'
import { Keywords } from '../../../engine/templates/filters/filter.ts'
import { tests } from '../../../engine/templates/filters/tests.ts'

const named = (values: Record<string, unknown>) => new Keywords(values)
const people = [
  { name: 'b', age: 2 },
  { name: 'a', age: 2 },
  { name: 'C', age: 1 },
]

const cases: readonly [filter: string, args: readonly unknown[], result: unknown][] = [
  ['string', [80], '80'],
  ['lower', ['ÄB'], 'äb'],
  ['upper', ['äb'], 'ÄB'],
  ['capitalize', ['hELLO wORLD'], 'Hello world'],
  ['title', ['hello wORLD-wide'], 'Hello World-Wide'],
  ['trim', [' a b \n'], 'a b'],
  ['trim', ['--a-b--', '-'], 'a-b'],
  ['replace', ['a.b.c', '.', '$&'], 'a$&b$&c'],
  ['replace', ['a.b.c', '.', '-', 1], 'a-b.c'],
  ['indent', ['a\n\nb'], 'a\n\n    b'],
  ['indent', ['a\n\nb', 2, true, true], '  a\n  \n  b'],
  ['indent', ['a\nb', named({ width: '\t' })], 'a\n\tb'],
  ['split', [' a  b '], ['a', 'b']],
  ['split', ['a,,b', ','], ['a', '', 'b']],
  ['join', [[1, 'b'], ', '], '1, b'],
  ['join', [people, named({ attribute: 'name', separator: '/' })], 'b/a/C'],
  ['basename', ['/etc/nginx/'], 'nginx'],
  ['dirname', ['/etc/nginx/a.conf'], '/etc/nginx'],
  ['quote', ["it's"], `'it'\\''s'`],
  ['urlencode', ['a b/ä'], 'a%20b%2F%C3%A4'],
  ['escape', [`<a b="c">'&`], '&lt;a b=&#34;c&#34;&gt;&#39;&amp;'],
  ['e', ['<'], '&lt;'],
  ['b64encode', ['ä'], 'w6Q='],
  ['b64decode', ['w6Q='], 'ä'],
  ['to_json', [{ b: [1, null], a: 'ä"' }], '{"b":[1,null],"a":"ä\\""}'],
  ['to_json', [{ b: 1 }, 2], '{\n  "b": 1\n}'],
  ['to_nice_json', [{ b: 1, a: { d: 1, c: 1 } }, 1], '{\n "a": {\n  "c": 1,\n  "d": 1\n },\n "b": 1\n}'],
  ['to_yaml', [{ b: ['x', 'yes: no'], a: 'true' }], 'b:\n  - x\n  - "yes: no"\na: "true"'],
  ['regex_replace', ['a1b22', '(\\d+)', '<\\1>'], 'a<1>b<22>'],
  ['regex_replace', ['ab', '(?P<x>a)', '\\g<x>$1\\\\'], 'a$1\\b'],
  ['regex_replace', ['aA', 'A', named({ ignorecase: true, replacement: 'x' })], 'xx'],
  ['regex_search', ['eth0: 10.0.0.1', '\\d+\\.\\d+'], '10.0'],
  ['regex_search', ['a', 'b'], ''],
  ['regex_escape', ['a.b*'], 'a\\.b\\*'],
  ['default', [undefined, 1], 1],
  ['default', [null, 1], null],
  ['default', ['', 1], ''],
  ['default', ['', 1, true], 1],
  ['d', [undefined], ''],
  ['int', ['42.9'], 42],
  ['int', ['x'], 0],
  ['int', ['', 7], 7],
  ['int', ['ff', named({ base: 16 })], 255],
  ['float', ['1.5'], 1.5],
  ['float', ['x', 2], 2],
  ['bool', ['Yes'], true],
  ['bool', [0], false],
  ['abs', [-2], 2],
  ['round', [2.5], 3],
  ['round', [-2.5], -3],
  ['round', [1.234, 2, 'ceil'], 1.24],
  ['ternary', [[], 'y', 'n'], 'n'],
  ['ternary', [null, 'y', 'n', 'null'], 'null'],
  ['list', ['ab'], ['a', 'b']],
  ['list', [{ a: 1 }], ['a']],
  ['length', [{ a: 1, b: 2 }], 2],
  ['count', ['abc'], 3],
  ['first', [[1, 2]], 1],
  ['last', [[1, 2]], 2],
  ['min', [[10, 9, 30]], 9],
  ['max', [[10, 9, 30]], 30],
  ['sum', [[1, 2], named({ start: 10 })], 13],
  ['sum', [people, 'age'], 5],
  ['sort', [[10, 9, 1]], [1, 9, 10]],
  ['sort', [['b', 'C', 'a']], ['a', 'b', 'C']],
  ['sort', [['b', 'C', 'a'], true, true], ['b', 'a', 'C']],
  ['unique', [[1, '1', 1, [2], [2]]], [1, '1', [2]]],
  ['unique', [people, 'age'], [people[0], people[2]]],
  ['reverse', [[1, 2, 3]], [3, 2, 1]],
  ['flatten', [[1, [2, [3]]]], [1, 2, 3]],
  [
    'batch',
    [[1, 2, 3], 2, 0],
    [
      [1, 2],
      [3, 0],
    ],
  ],
  ['batch', [[1, 2, 3], 2], [[1, 2], [3]]],
  [
    'groupby',
    [people, 'age'],
    [
      [1, [people[2]]],
      [2, [people[0], people[1]]],
    ],
  ],
  ['map', [people, named({ attribute: 'name' })], ['b', 'a', 'C']],
  ['map', [[{ a: { b: 1 } }, {}], named({ attribute: 'a.b', default: 0 })], [1, 0]],
  ['map', [['a', 'b'], 'upper'], ['A', 'B']],
  ['map', [['a-b'], 'replace', '-', '+'], ['a+b']],
  ['select', [[0, 1, '']], [1]],
  ['select', [[1, 2, 3], 'gt', 1], [2, 3]],
  ['reject', [[1, 2, 3], 'odd'], [2]],
  ['selectattr', [people, 'age', 'equalto', 2], [people[0], people[1]]],
  ['selectattr', [[{ on: true }, {}], 'on'], [{ on: true }]],
  ['rejectattr', [people, 'name', 'in', ['a', 'b']], [people[2]]],
  ['combine', [{ a: { x: 1 }, b: 1 }, { a: { y: 2 } }], { a: { y: 2 }, b: 1 }],
  ['combine', [{ a: { x: 1 } }, { a: { y: 2 } }, true], { a: { x: 1, y: 2 } }],
  [
    'dictsort',
    [{ b: 1, A: 2 }],
    [
      ['A', 2],
      ['b', 1],
    ],
  ],
  [
    'dictsort',
    [{ b: 1, A: 2 }, named({ by: 'value' })],
    [
      ['b', 1],
      ['A', 2],
    ],
  ],
  ['items', [{ b: 1 }], [['b', 1]]],
  ['dict2items', [{ b: 1 }], [{ key: 'b', value: 1 }]],
]

test.each(cases)('%s of %j', (name, args, result) => {
  expect(apply(name, args)).toEqual(result)
})

test('every filter has a case', () => {
  expect(Object.keys(filters).filter((name) => !cases.some(([tried]) => tried === name))).toEqual([])
})

test('filters leave what they are given as it was', () => {
  const given = { l: [3, 1, 2], d: { a: { x: 1 } } }
  apply('sort', [given.l])
  apply('reverse', [given.l])
  apply('combine', [given.d, { a: { y: 1 } }, true])
  expect(given).toEqual({ l: [3, 1, 2], d: { a: { x: 1 } } })
})

test('quote gives back any text through a real shell', () => {
  const text = fc.string({ unit: 'binary-ascii' }).filter((value) => !value.includes('\0'))
  fc.assert(
    fc.property(text, (value) => {
      const said = execFileSync('sh', ['-c', `printf %s ${apply('quote', [value])}`], { encoding: 'utf8' })
      expect(said).toBe(value)
    }),
    { numRuns: 30 },
  )
})

const judged: readonly [test: string, value: unknown, argument: unknown, result: boolean][] = [
  ['defined', undefined, undefined, false],
  ['undefined', undefined, undefined, true],
  ['none', null, undefined, true],
  ['null', 0, undefined, false],
  ['true', true, undefined, true],
  ['false', 0, undefined, false],
  ['truthy', [], undefined, false],
  ['falsy', '', undefined, true],
  ['boolean', 0, undefined, false],
  ['string', 'a', undefined, true],
  ['number', '1', undefined, false],
  ['integer', 1.5, undefined, false],
  ['float', 1.5, undefined, true],
  ['mapping', [], undefined, false],
  ['sequence', [], undefined, true],
  ['iterable', {}, undefined, true],
  ['even', 2, undefined, true],
  ['odd', -1, undefined, true],
  ['divisibleby', 9, 3, true],
  ['eq', 1, '1', false],
  ['equalto', [1], [1], true],
  ['sameas', 1, 1, true],
  ['==', 'a', 'a', true],
  ['ne', 1, 2, true],
  ['!=', 1, 1, false],
  ['gt', 10, 9, true],
  ['greaterthan', 9, 9, false],
  ['>', 'b', 'a', true],
  ['ge', 9, 9, true],
  ['>=', 8, 9, false],
  ['lt', 10, 9, false],
  ['lessthan', 1, 2, true],
  ['<', 2, 1, false],
  ['le', 2, 2, true],
  ['<=', 3, 2, false],
  ['in', 'a', { a: 1 }, true],
  ['contains', 'abc', 'b', true],
  ['match', 'abc', 'b', false],
  ['search', 'abc', 'b', true],
  ['lower', 'a', undefined, true],
  ['upper', 'a', undefined, false],
]

test.each(judged)('%s: %j %j', (name, value, argument, result) => {
  expect(tests[name]?.(value, argument)).toBe(result)
})

test('every test has a case', () => {
  expect(Object.keys(tests).filter((name) => !judged.some(([tried]) => tried === name))).toEqual([])
})
