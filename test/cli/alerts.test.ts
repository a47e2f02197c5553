import { expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite } from './support/site.ts'

const site = makeSite({
  'site.yml': 'name: bare\ngroups: { web: { nginx: }, mon: { prometheus: } }\n',
  'inventory/test.yml': `all:
  children:
    web: { hosts: { web1: { ansible_host: 127.0.0.1, ansible_port: 9 } } }
    mon: { hosts: { mon1: { ansible_host: 127.0.0.1, ansible_port: 10 } } }
`,
})

test('where nobody watches, nobody knows of alerts', async () => {
  const { exit, stdout, stderr } = await site.fettle('alerts', '-l', 'web')
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
  expect(problemsIn(stderr)).toEqual([
    {
      code: 'alerts.unknown',
      message: 'none of these hosts watches over the others',
      hint: 'the role prometheus makes one that does: docs/monitoring.md',
    },
  ])
})

test('a host that watches and does not answer is no all-clear', async () => {
  const { exit, stdout, stderr } = await site.fettle('alerts')
  expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' })
  expect(problemsIn(stderr)).toMatchObject([{ code: 'host.unreachable', host: 'mon1' }])
})
