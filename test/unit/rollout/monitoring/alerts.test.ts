import { expect, test } from 'vitest'
import { alertsText } from '../../../../cli/render/alerts-text.ts'
import { readAlerts } from '../../../../engine/rollout/monitoring/alerts.ts'
import { problemsIn } from '../../support/problems.ts'

const answered = (name: string, severity: string, startsAt: string, host?: string) => ({
  labels: { alertname: name, severity, job: 'node', ...(host && { host }) },
  annotations: { summary: `${name} of ${host ?? 'all'}`, hint: 'fettle db status' },
  startsAt,
  status: { state: 'active' },
})

const answer = JSON.stringify([
  answered('ClockOff', 'warning', '2026-11-28T09:00:00.000Z', 'web1'),
  answered('DatabaseWithoutWriter', 'critical', '2026-11-28T10:58:00.123Z'),
  answered('DiskShort', 'critical', '2026-11-26T10:00:00.000+01:00', 'db1'),
])

test('the worst comes first, then what is so for longest', () => {
  expect(readAlerts('mon1', answer).map(({ name, host }) => [name, host])).toEqual([
    ['DiskShort', 'db1'],
    ['DatabaseWithoutWriter', null],
    ['ClockOff', 'web1'],
  ])
})

test('a line for each says since when', () => {
  const text = alertsText(readAlerts('mon1', answer), new Date('2026-11-28T11:00:00Z'), {
    columns: Number.POSITIVE_INFINITY,
    color: false,
    verbose: 0,
  })
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    'critical  DiskShort              2 d    DiskShort of db1              fettle db status',
    'critical  DatabaseWithoutWriter  1 min  DatabaseWithoutWriter of all  fettle db status',
    'warning   ClockOff               2 h    ClockOff of web1              fettle db status',
  ])
})

test.each(['', 'connection refused', '{}', '[{"labels": {}}]'])('no answer is no all-clear: %o', (said) => {
  const [problem] = problemsIn(() => readAlerts('mon1', said))
  expect(problem).toMatchObject({ code: 'fact.failed', message: 'mon1 did not say which alerts there are' })
})
