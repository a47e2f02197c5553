import { expect, test } from 'vitest'
import { isSecret, mark, reveal, secretOf } from '../../../engine/core/secret.ts'
import { loadTemplates } from '../../../engine/templates/templates.ts'
import { folderOf, problemsOf } from './site.ts'

const value = `Tr0ub"4dor & 'three'`
const password = secretOf(value)
const variables = {
  name: 'shop',
  password,
  database: { host: 'db1', password },
  users: [
    { name: 'ada', password },
    { name: 'bob', password: secretOf('other') },
  ],
}

const render = (text: string) => loadTemplates([folderOf({ t: text })]).render('t', variables)

test.each([
  ['{{ password }}', value],
  ['{{ name }}:{{ database.password }}', `shop:${value}`],
  ['{{ name ~ ":" ~ password }}', `shop:${value}`],
  ['{{ (name ~ ":" ~ password) | b64encode }}', Buffer.from(`shop:${value}`).toString('base64')],
  ['{{ password | quote }}', `'Tr0ub"4dor & '\\''three'\\'''`],
  ['{{ password | urlencode }}', encodeURIComponent(value)],
  ['{{ database | to_json }}', JSON.stringify({ host: 'db1', password: value })],
  ['{{ { p: password } | to_yaml }}', `p: Tr0ub"4dor & 'three'`],
  ['{{ users | map(attribute="password") | join(" ") }}', `${value} other`],
  ['{% for user in users %}{{ user.name }}={{ user.password }};{% endfor %}', `ada=${value};bob=other;`],
  ['{% for key, each in database %}{{ key }}={{ each }};{% endfor %}', `host=db1;password=${value};`],
  ['{% set copy = password %}{{ copy }}', value],
  ['{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(password) }}', `<${value}>`],
  ['{{ password.length }} {{ password | length }}', `${value.length} ${value.length}`],
  ['{{ password[0] }}', 'T'],
  ['{% if password == "guess" %}guessed{% endif %}', ''],
  ['{% if password is search("^Tr") %}yes{% endif %}', 'yes'],
  ['{{ password in [database.password] }}', 'true'],
  ['{{ "other" in [users[1].password] }} {{ "x" in [password] }}', 'true false'],
])('what reads a secret is secret: %s', (text, expected) => {
  const rendered = render(text)
  expect(reveal(rendered)).toBe(expected)
  expect(isSecret(rendered)).toBe(true)
})

test.each([
  ['{{ name }}', 'shop'],
  ['{% for user in users %}{{ user.name }} {% endfor %}', 'ada bob '],
  ['{{ users | map(attribute="name") | join(",") }}', 'ada,bob'],
  ['{{ users | length }} {{ database.host }}', '2 db1'],
  ['{% if password is defined %}yes{% endif %}', 'yes'],
])('what has a secret beside it is not: %s', (text, expected) => expect(render(text)).toBe(expected))

test('secrets are compared by value', () => {
  const compare = `{{ password == database.password }} {{ password != users[1].password }} {{ password == "${'x'}" }}`
  expect(reveal(render(compare))).toBe('true true false')
})

test.each(['{{ password | bool }}', '{{ database[password] }}', '{{ name | regex_search("(" ~ password) }}'])(
  'a mistake does not tell it: %s',
  (text) => {
    const folder = folderOf({ t: text })
    const [problem = ''] = problemsOf(() => loadTemplates([folder]).render('t', variables), folder)
    expect(problem).toContain(mark)
    expect(problem.toLowerCase()).not.toContain('tr0ub')
  },
)
