import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { folderOf } from './site.ts'

type Variables = Readonly<Record<string, unknown>>

const render = (text: string, variables: Variables = {}): string =>
  String(loadTemplates([folderOf({ 't.conf': text })]).render('t.conf', variables))

const cases: readonly [what: string, text: string, variables: Variables, output: string][] = [
  ['tags leave no lines behind', 'a\n  {% if yes %}\nb\n  {% endif %}\nc\n', { yes: true }, 'a\nb\nc\n'],
  ['markup is not escaped', '{{ x }}', { x: `<a href="1">&'</a>` }, `<a href="1">&'</a>`],
  ['zero and false are printed', '{{ n }} {{ no }}', { n: 0, no: false }, '0 false'],
  ['an empty list is false', '{% if l %}yes{% else %}no{% endif %} {{ l or "none" }}', { l: [] }, 'no none'],
  ['an empty mapping is false', '{{ "yes" if d else "no" }} {{ not d }}', { d: {} }, 'no true'],
  ['a tuple is a list', '{{ "b" in ("a", "b", "c") }} {{ "x" in ("a", "x-ray") }}', {}, 'true false'],
  ['not binds weaker than comparison', '{{ not a == 2 }}', { a: 1 }, 'true'],
  ['text and numbers are different', '{{ port == "80" }} {{ port != "80" }}', { port: 80 }, 'false true'],
  ['lists from the end', '{{ l[-1] }}{{ l[0] }}{{ l.length }}', { l: ['a', 'b'] }, 'ba2'],
  [
    'loop knows where it is',
    '{% for x in l %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}',
    { l: ['a', 'b'] },
    '1a,2b',
  ],
  ['loops over names of a mapping', '{% for x in d %}{{ x }}{% endfor %}', { d: { a: 1, b: 2 } }, 'ab'],
  ['loops over pairs of a mapping', '{% for k, v in d %}{{ k }}{{ v }}{% endfor %}', { d: { a: 1, b: 2 } }, 'a1b2'],
  ['loops over items()', '{% for k, v in d.items() %}{{ k }}{{ v }}{% endfor %}', { d: { items: 1 } }, 'items1'],
  ['loops over nothing', '{% for x in l %}{{ x }}{% else %}none{% endfor %}', { l: [] }, 'none'],
  [
    'a loop may set what is outside',
    '{% set n = 0 %}{% for x in [1,2] %}{% set n = n + x %}{% endfor %}{{ n }}',
    {},
    '3',
  ],
  ['set takes a block', '{% set x %}ab{% endset %}{{ x | upper }}', {}, 'AB'],
  [
    'macros with defaults and names',
    '{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }} {{ m(b=4, a=3) }}',
    {},
    '1-2 3-4',
  ],
  ['call gives a body', '{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}', {}, '[x]'],
  ['filter takes a block', '{% filter upper %}ab{% endfilter %}', {}, 'AB'],
  ['raw is left alone', '{% raw %}{{ not.a.name }}{% endraw %}', {}, '{{ not.a.name }}'],
  [
    'absence may be asked for',
    '{{ x is defined }} {{ x.y.z is defined }} {{ x.y | default("d") }}',
    {},
    'false false d',
  ],
  ['what was asked for may be used', '{% if x is defined and x.y %}{{ x.y }}{% endif %}', { x: { y: 1 } }, '1'],
  ['a name given as undefined is known', '{% if x %}yes{% else %}no{% endif %}', { x: undefined }, 'no'],
  ['range', '{% for i in range(3) %}{{ i }}{% endfor %} {{ range(4, 0, -2) | join(",") }}', {}, '012 4,2'],
  [
    'text methods',
    '{{ "a,b".split(",") | last }} {{ "ab".startswith("a") }} {{ "aXbX".replace("X", "$&") }}',
    {},
    'b true a$&b$&',
  ],
  ['list methods', '{{ l.join(" ") }} {{ "-".join(l) }}', { l: [1, 'b'] }, '1 b 1-b'],
  ['mapping methods', '{{ d.get("a") }} {{ d.get("b", 7) }} {{ d.keys() | join }}', { d: { a: 1 } }, '1 7 a'],
  ['crlf stays', 'a\r\n{{ x }}\r\n', { x: 1 }, 'a\r\n1\r\n'],
]

test.each(cases)('%s', (_, text, variables, output) => {
  expect(render(text, variables)).toBe(output)
})

describe('values are data', () => {
  test.each(['{{7*7}}', '{% raw %}', '#}', '$(id)', "'; rm -rf / #", '\u001b[31m', '$1$&'])('%j', (value) => {
    expect(render('{{ x }}{% for y in [x] %}{{ y }}{% endfor %}', { x: value })).toBe(value + value)
  })

  test('any text at all, through any text filter that keeps it', () => {
    const templates = loadTemplates([
      folderOf({ t: '{{ x }}{{ x | string }}{{ x | b64encode | b64decode }}{{ "a" | replace("a", x) }}' }),
    ])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (x) => {
        expect(templates.render('t', { x })).toBe(x.repeat(4))
      }),
    )
  })
})

test('a template is read once and renders quickly again and again', () => {
  const templates = loadTemplates([folderOf({ t: '{% for s in servers %}{{ s.name }} {% endfor %}' })])
  const outputs = Array.from({ length: 300 }, (_, n) => templates.render('t', { servers: [{ name: `web${n}` }] }))
  expect(new Set(outputs).size).toBe(300)
})
