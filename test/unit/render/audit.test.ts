import { describe, expect, test } from 'vitest'
import { auditHtml } from '../../../cli/render/audit-html.ts'
import { auditText } from '../../../cli/render/audit-text.ts'
import type { AuditedControl, HostAudit } from '../../../engine/rollout/audit.ts'

const control = (name: string, found: AuditedControl['found'], why = 'a reason'): AuditedControl => ({
  ...{ name, role: 'hardening', title: 'a <u>title', why, reference: 'CIS', found },
})
const differences = [
  { what: 'running', from: '1', to: '0' },
  { what: 'content', from: 'old', to: 'new', text: true as const },
  { what: 'content', from: null, to: 'new', text: true as const },
  { what: 'masked', from: 'masked', to: null },
]
const controls = [
  control('redirects', {
    state: 'not in place',
    differing: [
      { key: 'sysctl:a', differences },
      { key: 'command:do it', differences: [{ what: '! grep x', from: 'false', to: 'true' }] },
    ],
  }),
  control('banner', { state: 'excepted', reason: 'we <b>greet</b>\u001b[2J' }),
  control('umask', { state: 'in place' }, 'why & how'),
  control('kernel-log', { state: 'belongs to the machine' }),
]
const audits: readonly HostAudit[] = [
  { host: 'web1', controls },
  { host: 'web2', controls },
  { host: 'db1', controls: [] },
  { host: 'gone', problem: { code: 'host.unreachable', message: 'no <i>answer</i>', host: 'gone' }, problems: [] },
]

test('as text: hosts that are alike share a table', () => {
  expect(auditText(audits, { columns: Number.POSITIVE_INFINITY, color: false, verbose: 0 })).toBe(`web[1:2]
  redirects   not in place            a reason
    sysctl:a: running is 1, not 0
    sysctl:a: content is not as described
    sysctl:a: content is absent
    sysctl:a: masked is masked, not absent
    command:do it: not done
  banner      excepted                a reason
    we <b>greet</b>^[[2J
  umask       in place                why & how
  kernel-log  belongs to the machine  a reason
  1 control in place, 1 not, 1 excepted, 1 the machine’s

db1
  no role of it has a control

error[host.unreachable] on gone: no <i>answer</i>`)
})

describe('as a page', () => {
  const page = auditHtml(audits, { site: 'a<b>', environment: 'lab', at: new Date(0) })
  test('all that comes from elsewhere is text', () => {
    expect(page).toContain('we &lt;b&gt;greet&lt;/b&gt;^[[2J')
    for (const part of ['<u>', '<i>answer', '<b>greet', 'a<b>', 'why & how']) expect(page).not.toContain(part)
  })
  test('says all of it, and needs nothing else', () => {
    for (const part of [
      'web[1:2]',
      'redirects',
      'a &lt;u&gt;title',
      'CIS',
      'sysctl:a: running is 1, not 0',
      '1970-01-01T00:00:00Z',
    ])
      expect(page).toContain(part)
    expect(page).not.toMatch(/\bsrc=|href=|<script|url\(/)
  })
})
