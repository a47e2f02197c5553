import { describe, expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite } from './support/site.ts'

const site = makeSite({
  'site.yml': `name: walled
groups:
  all:
    ufw: { rules: [{ port: 9100, from: { networks: [198.51.100.0/24] }, why: metrics }] }
  web:
    nginx: { trustedProxies: lb, sites: { shop: { root: /srv/shop } } }
  lb:
    haproxy:
      frontends: { web: { port: 80, backend: shop } }
      backends: { shop: { group: web } }
  open:
    nginx:
`,
  'inventory/test.yml': `all:
  vars: { fettle_management: [192.0.2.99] }
  children:
    lb: { hosts: { "lb[1:2]": } }
    web: { hosts: { "web[1:3]": } }
    open: { hosts: { aside: } }
`,
})

const matrix = `lb[1:2]
  22/tcp    controller       ufw: log-in
  80/tcp    everybody        haproxy: frontend web
  9100/tcp  198.51.100.0/24  ufw: metrics

web[1:3]
  22/tcp    controller       ufw: log-in
  80/tcp    lb (lb[1:2])     nginx: web requests
  9100/tcp  198.51.100.0/24  ufw: metrics
`

describe('fettle firewall', () => {
  test('says who may reach what and which role said so, without asking a host', async () => {
    const { exit, stdout, stderr } = await site.fettle('firewall', 'lb', 'web')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toBe(matrix)
  })

  test('is the same however hosts are chosen', async () => {
    expect((await site.fettle('firewall', '--limit', 'lb,web')).stdout).toBe(matrix)
    expect((await site.fettle('firewall')).stdout).toContain(matrix)
  })

  test('tells programs the same, with the names of hosts', async () => {
    const { stdout } = await site.fettle('firewall', 'web2', '--json')
    const openings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(openings).toContainEqual({
      ...{ host: 'web2', port: 80, protocol: 'tcp', from: { group: 'lb' }, why: 'web requests', role: 'nginx' },
      ...{ who: ['lb1', 'lb2'], enforced: true },
    })
    expect(openings).toHaveLength(3)
  })

  test('says where there is no firewall', async () => {
    const other = makeSite({
      'site.yml': 'name: bare\ngroups: { web: { nginx: { sites: { shop: { root: /srv } } } }, idle: }\n',
      'inventory/test.yml': 'all: { children: { web: { hosts: { web1: } }, idle: { hosts: { a: } } } }\n',
    })
    const { exit, stdout } = await other.fettle('firewall')
    expect({ exit, stdout }).toEqual({
      exit: 0,
      stdout: `web1: no firewall, so everybody may reach every port
  80/tcp  everybody  nginx: web requests

a: no firewall, so everybody may reach every port
`,
    })
    expect(await other.fettle('firewall', '--verify')).toMatchObject({
      exit: 0,
      stdout: 'no host here has a firewall\n',
    })
  })

  test('knows no host that is not there', async () => {
    const { exit, stderr } = await site.fettle('firewall', 'wbe1')
    expect(exit).toBe(1)
    expect(problemsIn(stderr)).toMatchObject([{ code: 'limit.unknown', hint: 'did you mean "web1"?' }])
  })
})
