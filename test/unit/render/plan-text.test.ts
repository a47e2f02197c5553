import { describe, expect, test } from 'vitest'
import { withoutStyle } from '../../../cli/render/ansi.ts'
import { demoPlans } from '../../../cli/render/demo-events.ts'
import type { Look } from '../../../cli/render/look.ts'
import { planText } from '../../../cli/render/plan-text.ts'
import { width } from '../../../cli/render/width.ts'
import type { HostPlan, PlannedChange } from '../../../engine/core/event.ts'

const look = (columns: number, more: Partial<Look> = {}): Look => ({ columns, color: false, verbose: 0, ...more })

const change = (key: string, more: Partial<PlannedChange> = {}): PlannedChange => ({
  key,
  role: 'r',
  action: 'change',
  differences: [{ what: 'mode', from: '0600', to: '0644' }],
  steps: [`mend ${key}`],
  provisional: false,
  ...more,
})

const plan = (host: string, ...changes: PlannedChange[]): HostPlan => ({ host, changes, reactions: [], notices: [] })

const content = (from: string | null, to: string) => ({
  differences: [{ what: 'content', from, to, text: true as const }],
})

describe('a whole plan', () => {
  test.each([80, 200, Number.POSITIVE_INFINITY])('in %d columns', (columns) => {
    expect(planText(demoPlans({ hosts: 4, forks: 4 }), look(columns))).toBe(
      `
Remove
    - file:/etc/nginx/sites-enabled/default     web1

Restart
    ! keepalived.service                        lb1
      still owed from before, for file:/etc/keepalived/keepalived.conf

Change
    ~ file:/etc/haproxy/haproxy.cfg             lb1
      @@ line 1 @@
      -maxconn 1000
      +maxconn 5000
    ~ file:/etc/nginx/nginx.conf (provisional)  web1
      mode: 0600 -> 0644
      @@ line 2 @@
       
       events {
      -    worker_connections 768;
      +    worker_connections 4096;
       }
       
       http {
      -    server_tokens on;
      +    server_tokens off;
       }

Create
    + package:nginx                             web1
      version 1.22.1-9
    + user:deploy                               web1
      user deploy (1001), groups www-data, adm

Reload
    * haproxy.service                           lb1
      because of file:/etc/haproxy/haproxy.cfg
    * nginx.service                             web1
      because of file:/etc/nginx/nginx.conf

To know
    i lb1: file:/etc/motd was edited by somebody else and is left alone

(provisional): planned on what an earlier step of this run will bring; looked at${columns < 100 ? '\n' : ' '}again before it is done

Plan: 2 of 3 hosts to change, 5 changes (1 removal), 1 restart, 2 reloads`.trimStart(),
    )
  })

  test.each([60, 80, 200])('no line is longer than %d columns', (columns) => {
    const long = change(`file:/${'long/'.repeat(12)}x`, content('a\n', `${'word '.repeat(90)}\n`))
    const plans = [...demoPlans({ hosts: 50, forks: 4 }), plan('db1', long)]
    for (const line of planText(plans, look(columns)).split('\n'))
      if (!line.includes(long.key)) expect(width(line), line).toBeLessThanOrEqual(columns)
  })

  test.each([0, 1])('colour says nothing that is not said without it (-v: %d)', (verbose) => {
    const plans = demoPlans({ hosts: 9, forks: 4 })
    const colored = planText(plans, look(80, { color: true, verbose }))
    expect(colored).toContain('\u001b[31m')
    expect(withoutStyle(colored)).toBe(planText(plans, look(80, { verbose })))
  })
})

describe('many hosts', () => {
  const hosts = Array.from({ length: 12 }, (_, index) => `web${String(index + 1).padStart(2, '0')}`)

  test('what is the same is said once', () => {
    const plans = hosts.map((host) => plan(host, change('file:/a'), change('file:/b', content('x\n', 'y\n'))))
    expect(planText(plans, look(80))).toBe(
      `
Change
    ~ file:/a  web[01:12]
      mode: 0600 -> 0644
    ~ file:/b  web[01:12]
      @@ line 1 @@
      -x
      +y

Plan: 12 hosts to change, 24 changes`.trimStart(),
    )
  })

  test('what is not the same is told apart, the first few of many', () => {
    const plans = hosts.map((host, index) =>
      plan(host, change('file:/a', content('x\n', `${Math.floor(index / 2)}\n`))),
    )
    const text = planText(plans, look(80))
    expect(text).toContain(
      '    ~ file:/a  web[01:12]\n      web[01:02]:\n      @@ line 1 @@\n      -x\n      +0\n      web[03:04]:',
    )
    expect(text).toContain('      +2\n      (web[07:12] differently; -v shows all)\n')
    expect(planText(plans, look(80, { verbose: 1 }))).toContain('      +5\n')
    expect(planText(plans, look(Number.POSITIVE_INFINITY))).toContain('      +5\n')
  })

  test('what is certain on one host and provisional on another is told apart', () => {
    const plans = [plan('a', change('file:/a')), plan('b', change('file:/a', { provisional: true }))]
    const entries = planText(plans, look(80))
      .split('\n')
      .filter((line) => line.includes('file:/a'))
    expect(entries).toEqual(['    ~ file:/a                a', '    ~ file:/a (provisional)  b'])
  })

  test('nothing to do', () => {
    expect(planText([plan('a'), plan('b')], look(80))).toBe('Plan: nothing to do on 2 hosts')
  })
})

describe('one change', () => {
  const shown = (one: Partial<PlannedChange>, more: Partial<Look> = {}) =>
    planText([plan('h', change('file:/a', one))], look(80, more))
      .split('\n')
      .slice(2, -2)
      .join('\n')

  test.each<[string, Partial<PlannedChange>, string]>([
    ['absence', { differences: [{ what: 'shell', from: '/bin/sh', to: null }] }, '      shell: /bin/sh -> absent'],
    ['created content', { action: 'create', ...content(null, 'a\nb\n') }, ''],
    ['a command', { action: 'run', differences: [], steps: ['run migrate'] }, '      > run migrate'],
    [
      'a lost newline',
      content('a\n', 'a'),
      '      @@ line 1 @@\n      -a\n      +a\n      \\ No newline at end of file',
    ],
    ['blanks alone', content('a  b\n', 'a\tb\n'), '      @@ line 1 @@\n      -a··b\n      +a⇥   b'],
    ['escape sequences', content('a\n', '\u001b[2J\n'), '      @@ line 1 @@\n      -a\n      +^[[2J'],
    ['hostile values', { differences: [{ what: 'x\n', from: '\u0007', to: '\u202e' }] }, '      x^J: ^G -> \\u202e'],
  ])('%s', (_, one, expected) => {
    expect(shown(one)).toBe(expected)
  })

  test('with -v: content of what is new, role and steps', () => {
    expect(shown({ action: 'create', ...content(null, 'a\n') }, { verbose: 1 })).toBe(
      '      @@ line 1 @@\n      +a\n      role r\n      > mend file:/a',
    )
  })

  test('a long diff ends with a count', () => {
    const text = Array.from({ length: 100 }, (_, line) => `${line}\n`).join('')
    expect(shown(content('', text)).split('\n').at(-1)).toBe('      (61 more lines; -v shows all)')
    expect(shown(content('', text), { verbose: 1 })).toContain('+99')
  })
})
