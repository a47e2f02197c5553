import { expect, test } from 'vitest'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { folderOf, problemsOf } from './site.ts'

const given = { port: 80, servers: [{ name: 'a' }], server: { name: 'a' } }

const unknown = (text: string): string[] => {
  const folder = folderOf({ t: text })
  return problemsOf(() => loadTemplates([folder]).render('t', given), folder).map((line) =>
    line
      .replace(/^t:/, '')
      .replace('unknown name ', '')
      .replace(/ \(did you mean "(.*)"\?\)/, ' -> $1')
      .replace(/ \(it is given .*\)/, ''),
  )
}

const cases: readonly [text: string, unknown: readonly string[]][] = [
  ['{{ prot }}', ['1:4 "prot" -> port']],
  ['a\n  {{ x ~ prot }}', ['2:6 "x"', '2:10 "prot" -> port']],
  ['{% if prot %}{% endif %}', ['1:7 "prot" -> port']],
  ['{% if port %}{% elif prot %}{% else %}{{ y }}{% endif %}', ['1:22 "prot" -> port', '1:42 "y"']],
  ['{% for s in serverz %}{% endfor %}', ['1:13 "serverz" -> servers']],
  ['{% for s in servers %}{{ s.name }}{{ loop.index }}{% endfor %}', []],
  ['{% for s in servers %}{% else %}{{ s }}{% endfor %}', ['1:36 "s"']],
  ['{% for s in servers %}{% endfor %}{{ s }}', ['1:38 "s"']],
  ['{% for a, b in [[1, 2]] %}{{ a + b + c }}{% endfor %}', ['1:38 "c"']],
  ['{% set x = prot %}{{ x }}', ['1:12 "prot" -> port']],
  ['{{ x }}{% set x = 1 %}', ['1:4 "x"']],
  ['{% set x %}{{ prot }}{% endset %}{{ x }}', ['1:15 "prot" -> port']],
  ['{% for s in servers %}{% set inside = 1 %}{% endfor %}{{ inside }}', ['1:58 "inside"']],
  ['{% if port %}{% set x = 1 %}{% endif %}{{ x }}', []],
  ['{{ server[key] }}', ['1:11 "key"']],
  ['{{ {"port": prot, port: 1} | to_json }}', ['1:13 "prot" -> port']],
  ['{{ port | replace(x, y) }}', ['1:19 "x"', '1:22 "y"']],
  ['{{ port if prot else x }}', ['1:12 "prot" -> port', '1:22 "x"']],
  ['{{ port in prot }} {{ port is eq(x) }}', ['1:12 "prot" -> port', '1:34 "x"']],
  ['{{ prot() }}', ['1:4 "prot" -> port']],
  ['{{ True }} {{ None }}', ['1:4 "True" -> true', '1:15 "None" -> none']],
  ['{{ constructor }} {{ toString }} {{ __proto__ }}', ['1:4 "constructor"', '1:22 "toString"', '1:37 "__proto__"']],
  ['{{ prot }}{{ prot }}', ['1:4 "prot" -> port']],
  [
    '{% macro m(a, b=prot) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(d) }}',
    ['1:17 "prot" -> port', '1:42 "c"', '1:65 "d"'],
  ],
  ['{% for s in servers %}{% macro m() %}{{ s }}{% endmacro %}{% endfor %}', ['1:41 "s"']],
  ['{% macro m() %}{{ late }}{{ n() }}{% endmacro %}{% macro n() %}{% endmacro %}{% set late = 1 %}{{ m() }}', []],
  [
    '{% macro m() %}{{ caller() }}{% endmacro %}{% for s in servers %}{% call m() %}{{ s.name }}{{ q }}{% endcall %}{% endfor %}',
    ['1:95 "q"'],
  ],
  ['{{ prot is defined }}{{ prot.x is undefined }}{{ prot | default(1) }}{{ prot.a.b | d(x) }}', ['1:86 "x"']],
  ['{% if x is defined %}{{ x }}{% else %}{{ x }}{% endif %}{{ x }}', ['1:42 "x"']],
  ['{% if x is undefined %}{{ x }}{% else %}{{ x }}{% endif %}', ['1:27 "x"']],
  ['{% if x is undefined %}{% else %}{{ x }}{% endif %}{{ 1 if x is undefined else x }}', []],
  ['{% if x is not defined or x.y %}{% endif %}{{ y is defined and y }}', []],
  ['{% if not (x is not defined) and port %}{{ x }}{% endif %}', []],
  ['{% if x is not defined %}{% set x = 1 %}{% endif %}{{ x }}', []],
  ['{% if x is defined or port %}{{ x }}{% endif %}', ['1:33 "x"']],
  ['{{ x if x is defined else port }}', []],
  [
    '{% switch prot %}{% case 1 %}{{ x }}{% default %}{{ y }}{% endswitch %}',
    ['1:11 "prot" -> port', '1:33 "x"', '1:53 "y"'],
  ],
  ['{% filter replace("a", prot) %}{{ x }}{% endfilter %}', ['1:24 "prot" -> port', '1:35 "x"']],
  ['{% raw %}{{ prot }}{% endraw %}{# {{ prot }} #}', []],
]

test.each(cases)('%s', (text, expected) => {
  expect(unknown(text)).toEqual(expected)
})

test('says what there is when nothing is near', () => {
  const folder = folderOf({ t: '{{ certificate }}' })
  expect(problemsOf(() => loadTemplates([folder]).render('t', given), folder)).toEqual([
    't:1:4 unknown name "certificate" (it is given port, server, servers)',
  ])
})
