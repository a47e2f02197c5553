import { expect, test } from 'vitest'
import { withoutStyle } from '../../../cli/render/ansi.ts'
import { recapText } from '../../../cli/render/recap-text.ts'
import type { HostResult } from '../../../engine/core/event.ts'

const result = (host: string, outcome: HostResult['outcome'], more: Partial<HostResult> = {}): HostResult => ({
  host,
  outcome,
  changed: 0,
  reacted: 0,
  owed: [],
  duration: 1000,
  ...more,
})

const numbered = (count: number, of: (index: number) => HostResult) =>
  Array.from({ length: count }, (_, index) => of(index + 1))

const summary = {
  command: 'provision -i inventory/lab.yml --limit web',
  duration: 340,
  failedSteps: new Map([['web2', { key: 'service:nginx', title: 'reload nginx' }]]),
}

const timeout = { code: 'host.unreachable', message: 'nobody answers' } as const
const broken = { code: 'step.failed', message: 'it said no', detail: 'stderr', hint: 'look' } as const

const cases: readonly [what: string, results: readonly HostResult[], text: string][] = [
  ['nothing to do', numbered(4, (n) => result(`web${n}`, 'unchanged')), 'Nothing to do: 4 hosts in order, 0.34 s'],
  [
    'changed alike',
    numbered(3, (n) => result(`web${n}`, n < 3 ? 'changed' : 'unchanged', n < 3 ? { changed: 2, reacted: 1 } : {})),
    `  web[1:2]  changed      2 changes, 1 reaction

3 hosts: 2 changed, 1 in order, 0.34 s`,
  ],
  [
    'failures last and whole, with what to run next',
    [
      result('web1', 'changed', { changed: 1 }),
      result('web2', 'failed', { owed: ['nginx.service'], problem: { ...broken, host: 'web2' } }),
      result('web3', 'unreachable', { problem: { ...timeout, host: 'web3' } }),
      result('web4', 'unreachable', { problem: { ...timeout, host: 'web4' } }),
    ],
    `  web1      changed      1 change
  web[3:4]  unreachable
  web2      failed       still owed: nginx.service

error[host.unreachable] on web[3:4]: nobody answers

error[step.failed] on web2: it said no
  step reload nginx (service:nginx)
  | stderr
  hint: look

4 hosts: 1 changed, 2 unreachable (web[3:4]), 1 failed (web2), 0.34 s
Try these again: fettle provision -i inventory/lab.yml --limit @last-failed`,
  ],
  [
    'owed although unchanged',
    [result('a', 'unchanged', { owed: ['x.service'] })],
    '  a  in order     still owed: x.service\n\nNothing to do: 1 host in order, 0.34 s',
  ],
]

test.each(cases)('%s', (_, results, text) => {
  for (const columns of [80, 200, Number.POSITIVE_INFINITY]) {
    expect(recapText(results, summary, { columns, color: false, verbose: 0 })).toBe(text)
    expect(withoutStyle(recapText(results, summary, { columns, color: true, verbose: 0 }))).toBe(text)
  }
})

test('three hundred stories become a few rows, unless all are asked for', () => {
  const results = numbered(300, (n) => result(`web${n}`, 'changed', { changed: n }))
  const short = recapText(results, summary, { columns: 80, color: false, verbose: 0 })
  expect(short).toBe('  web[1:300]  changed      45150 changes\n\n300 hosts: 300 changed, 0.34 s')
  expect(recapText(results, summary, { columns: 80, color: false, verbose: 1 }).split('\n')).toHaveLength(302)
})

test('many different failures are counted, unless all are asked for', () => {
  const results = numbered(30, (n) => result(`web${n}`, 'failed', { problem: { ...broken, message: `no ${n}` } }))
  const short = recapText(results, summary, { columns: 80, color: false, verbose: 0 })
  expect(short.match(/^error/gm)).toHaveLength(10)
  expect(short).toContain('(20 more problems; -v shows all)')
  expect(recapText(results, summary, { columns: 80, color: false, verbose: 1 }).match(/^error/gm)).toHaveLength(30)
})
