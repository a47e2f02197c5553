import { describe, expect, test } from 'vitest'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { folderOf, problemsOf } from './site.ts'

const variables = { a: 1, l: [1, 2], d: { key: 1, nothing: null }, f: [{ on: 1 }], text: 'ab' }

const mistakes = (text: string): string[] => {
  const folder = folderOf({ t: text })
  return problemsOf(() => loadTemplates([folder]).render('t', variables), folder).map((line) => line.replace(/^t:/, ''))
}

type Cases = readonly [text: string, expected: string][]

const unfinished: Cases = [
  ['x\n {% if a %}\n{% for x in l %}\n{% endfor %}', '2:2 "if" is never closed (close it with {% endif %})'],
  ['{% for x in l %}\n{% endif %}', '2:1 "endif" cannot close the "for" of line 1 ({% endfor %} was expected here)'],
  ['x {% endif %}', '1:3 "endif" closes nothing'],
  ['{% set x %}abc', '1:1 "set" is never closed (close it with {% endset %})'],
  ['{% macro m() %}', '1:1 "macro" is never closed (close it with {% endmacro %})'],
  ['a {# never', '1:3 a comment is never closed (close it with #})'],
  ['a\n{{ a', '2:1 an expression is never closed (close it with }})'],
  ['a {% if a', '1:3 a tag is never closed (close it with %})'],
  ['{% raw %}{{ a }}', '1:1 "raw" is never closed (close it with {% endraw %})'],
  ['{% raw %}{{ a }}{%- endraw %}', '1:1 "raw" is never closed (close it with {% endraw %})'],
  ['{% unless a %}', '1:4 unknown block tag: unless'],
  ['{{ a b }}', '1:6 expected variable end'],
  ['{{ l[1:2] }}', '1:5 expected comma after expression'],
]

const wrong: Cases = [
  [
    '{% for x in l if a %}{% endfor %}',
    '1:18 a loop takes no "if" (choose with selectattr or select, or put an if inside the loop)',
  ],
  ['{{ a | upcase }}', '1:8 there is no filter "upcase"'],
  ['{{ a | uper }}', '1:8 there is no filter "uper" (did you mean "upper"?)'],
  ['{{ l | random }}', '1:8 there is no filter "random"'],
  ['{{ a is evn }}', '1:9 there is no test "evn" (did you mean "even"?)'],
  ['{{ l | join(glue=",") }}', '1:8 "join" has no argument "glue" (takes separator, attribute)'],
  ['{{ text | indent(widht=2) }}', '1:11 "indent" has no argument "widht" (did you mean "width"?)'],
  ['{{ a | upper(1) }}', '1:8 "upper" takes no arguments'],
  ['{{ text | replace("a") }}', '1:11 "replace" needs the argument "new"'],
  ['{{ 1 < a < 3 }}', '1:10 comparisons cannot be chained (join them with "and")'],
  ['{{ a * 3 // 4 }}', '1:4 the order of these operations is not clear (say with parentheses what belongs together)'],
  ['{{ "x" ~ a + 1 }}', '1:4 the order of these operations is not clear (say with parentheses what belongs together)'],
  ['{% set d.x = 1 %}', '1:9 set takes a plain name'],
  ['{% block x %}{% endblock %}{% block x %}{% endblock %}', '1:31 there is a second block "x"'],
  ['{{ {1: 2} | to_json }}', '1:5 names in a mapping must be text'],
  ['{% include text %}', '1:12 the name of a template must be literal text'],
  ['{% asyncEach x in l %}{% endeach %}', '1:4 "AsyncEach" is not supported (use if or for)'],
]

const whileRendering: Cases = [
  ['a\n{{ d.kye }}', '2:6 d has no "kye" (did you mean "key"?)'],
  ['{% if d.kye %}{% endif %}', '1:9 d has no "kye" (did you mean "key"?)'],
  ['{{ d.nothing.x }}', '1:14 d.nothing is null, so it has no "x"'],
  ['{{ d.nothing }}', '1:4 d.nothing is null'],
  ['{{ d }}', '1:4 d has several values (name one of them, or print all with to_json)'],
  ['{{ l }}', '1:4 l is a list (print it with join or to_json)'],
  ['{{ l[2] }}', '1:6 l has 2 elements, and no "2"'],
  ['{{ a - "x" }}', '1:4 this expression is not a number'],
  ['{% for x in text %}{% endfor %}', '1:13 text is text, not a list'],
  ['{% for x in a %}{% endfor %}', '1:13 a is a number, not a list'],
  ['{% for x, y in l %}{% endfor %}', '1:16 l is not a list of 2 values each'],
  ['{{ l | upper }}', '1:8 expected text, found a list'],
  ['{{ l | map("uper") | join }}', '1:8 there is no filter "uper" (did you mean "upper"?)'],
  ['{{ f | map(attribute="of") | join }}', '1:8 an element has no "of"'],
  ['{{ text | regex_replace("(") }}', '1:11 Invalid regular expression: /(/g: Unterminated group'],
  ['{% if a == 2 %}{% set x = 1 %}{% endif %}{{ x }}', '1:45 "x" has not been set here'],
  ['{% macro m(b) %}{{ b }}{% endmacro %}\n{{ m() }}', '1:20 b is undefined'],
  ['{{ a() }}', '1:4 a is not a function'],
  ['{{ l.append(3) }}', '1:6 l has no function "append"'],
  ['{{ [].constructor.constructor("return 1")() }}', '1:7 this expression has 0 elements, and no "constructor"'],
  ['{{ d["constructor"] }}', '1:6 d has no "constructor" (where it may be absent, ask with "is defined" or "default")'],
  ['{{ text.constructor("x") }}', '1:9 text has no function "constructor"'],
]

describe.each([
  ['unfinished', unfinished],
  ['wrong', wrong],
  ['while rendering', whileRendering],
])('%s', (_, cases) => {
  test.each(cases)('%s', (text, expected) => {
    expect(mistakes(text)).toEqual([expected])
  })
})

test('selectattr judges by its test', () => {
  const folder = folderOf({
    t: '{{ f | selectattr("on", "equalto", 2) | length }}{{ f | rejectattr("on", "equalto", 2) | length }}',
  })
  expect(loadTemplates([folder]).render('t', variables)).toBe('01')
})

test('all kinds of mistakes come at once, in the order of the text, with a frame', () => {
  const text = 'first\n{{ typo }}\n{{ a | nope }}\n{% for x in typos %}{% endfor %}\n'
  expect(mistakes(text).map((line) => line.split(' ')[0])).toEqual(['2:4', '3:8', '4:13'])
})
