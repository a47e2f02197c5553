import { expect, test } from 'vitest'
import { withoutStyle } from '../../../cli/render/ansi.ts'
import { problemText } from '../../../cli/render/problem-text.ts'
import type { Problem } from '../../../engine/core/error.ts'

const template: Problem = {
  code: 'template.invalid',
  message: 'unknown name "prot"',
  position: { file: 'templates/site.conf', line: 3, column: 13 },
  frame: '  2 | server {\n> 3 |   listen {{ prot }};\n    |             ^\n  4 | }',
  hint: 'did you mean "port"?',
}

const remote: Problem = {
  code: 'step.failed',
  message: 'nginx -t came to exit code 1',
  host: 'web1',
  detail: `nginx: [emerg] unknown directive "\u001b[31mlisen" in /etc/nginx/sites-enabled/a-rather-long-name.conf:3\n${'more\n'.repeat(2)}`,
}

const look = (columns: number, verbose = 0) => ({ columns, color: false, verbose })

const cases: readonly [what: string, problem: Problem, columns: number, text: string][] = [
  [
    'with a place in a file',
    template,
    80,
    `error[template.invalid]: unknown name "prot"
  at templates/site.conf:3:13
    2 | server {
  > 3 |   listen {{ prot }};
      |             ^
    4 | }
  hint: did you mean "port"?`,
  ],
  [
    'from a host, 80 columns',
    remote,
    80,
    `error[step.failed] on web1: nginx -t came to exit code 1
  | nginx: [emerg] unknown directive "^[[31mlisen" in
  | /etc/nginx/sites-enabled/a-rather-long-name.conf:3
  | more
  | more`,
  ],
  [
    'from a host, 200 columns',
    remote,
    200,
    `error[step.failed] on web1: nginx -t came to exit code 1
  | nginx: [emerg] unknown directive "^[[31mlisen" in /etc/nginx/sites-enabled/a-rather-long-name.conf:3
  | more
  | more`,
  ],
  [
    'with only a file',
    { code: 'site.missing', message: 'there is no site.yml', position: { file: 'site.yml' } },
    80,
    'error[site.missing]: there is no site.yml\n  at site.yml',
  ],
  [
    'in a narrow window',
    { code: 'usage', message: 'one two three four', hint: 'a b c d e f' },
    20,
    'error[usage]: one\ntwo three four\n  hint: a b c d e f',
  ],
]

test.each(cases)('%s', (_, problem, columns, text) => {
  expect(problemText(problem, look(columns))).toBe(text)
  expect(withoutStyle(problemText(problem, { ...look(columns), color: true }))).toBe(text)
})

test('the end of a long output, or all of it', () => {
  const detail = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n')
  const problem: Problem = { code: 'step.failed', message: 'm', detail }
  expect(problemText(problem, look(80)).split('\n').slice(1, 3)).toEqual([
    '  | (8 lines before; -v shows all)',
    '  | line 8',
  ])
  expect(problemText(problem, look(80, 1))).toContain('  | line 0\n')
  expect(problemText(problem, look(Number.POSITIVE_INFINITY))).toContain('  | line 0\n')
})

test('one text for many hosts', () => {
  expect(
    problemText(remote, look(80), { hosts: ['web1', 'web2'], step: 'try nginx' })
      .split('\n')
      .slice(0, 2),
  ).toEqual(['error[step.failed] on web[1:2]: nginx -t came to exit code 1', '  step try nginx'])
})
