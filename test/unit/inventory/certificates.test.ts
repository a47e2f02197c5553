import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { CertificateRequest } from '../../../engine/core/certificate-request.ts'
import type { HostView } from '../../../engine/core/host.ts'
import { defineRole, type Role } from '../../../engine/core/role.ts'
import { wantedCertificates } from '../../../engine/inventory/certificates.ts'
import { withSaid } from '../../../engine/inventory/said.ts'
import { lineOf, problemsOf } from './folder.ts'

const host = (name: string): HostView => ({ name, address: name, groups: [], variables: {} })

const asking = (name: string, ...requests: readonly Partial<CertificateRequest>[]): Role =>
  defineRole({
    name,
    summary: name,
    settings: z.any(),
    resources: () => [],
    certificates: ({ host }) => requests.map((request) => ({ name: 'tls', names: [host.name], ...request })),
  })

const wantedOf = (...roles: readonly Role[]) => {
  const hosts = ['db1', 'db2'].map((name) => ({
    view: host(name),
    roles: roles.map((role, index) => ({
      role,
      settings: {},
      secrets: [],
      position: { file: 'site.yml', line: index + 1, column: 5 },
    })),
  }))
  return wantedCertificates(hosts, withSaid({ name: 'shop', environment: 'lab', hosts: () => [] }, hosts))
}

test('every role of every host may ask, for both uses where it says none', () => {
  const wanted = wantedOf(asking('mysql', {}), asking('silent'), asking('web', { name: 'web', uses: ['server'] }))
  expect(wanted.map(({ host, role, request }) => [host, role, request.name, request.names, request.uses])).toEqual([
    ['db1', 'mysql', 'tls', ['db1'], ['server', 'client']],
    ['db1', 'web', 'web', ['db1'], ['server']],
    ['db2', 'mysql', 'tls', ['db2'], ['server', 'client']],
    ['db2', 'web', 'web', ['db2'], ['server']],
  ])
})

test.each([
  'db1',
  'DB1.example.org',
  'web_1',
  '*.example.org',
  'xn--mnchen-3ya',
  '1a',
  '10.0.0.1',
  '2001:db8::1',
  '::1',
])('%s is a name for one', (name) => expect(wantedOf(asking('mysql', { names: [name] }))).toHaveLength(2))

describe('a request is refused where the site gives the role,', () => {
  const hint = 'a certificate is for DNS names and IP addresses'
  const forName = (name: string) =>
    [
      { names: ['db1', name] },
      `role "mysql" asks for a certificate "tls" for ${JSON.stringify(name)} (${hint})`,
    ] as const

  test.each<readonly [Partial<CertificateRequest>, string]>([
    [
      { names: [] },
      'role "mysql" asks for a certificate "tls" for no name (give it the names that others know the host by)',
    ],
    [{ uses: [] }, 'role "mysql" asks for a certificate "tls" for no use (it is for a server, a client or both)'],
    [
      { name: 'my/sql' },
      'role "mysql" asks for a certificate called "my/sql" (small letters, digits and hyphens make a name)',
    ],
    ...['', 'db 1', 'db1.', '.db1', 'a..b', '-a', 'münchen', 'a.*.b', '*', '10.0.0', '10.0.0.256', '10.0.0.1/8'].map(
      forName,
    ),
    ...['fe80::1%eth0', 'db1\n', `${'a'.repeat(64)}.org`, `${'a.'.repeat(126)}ab`, 'db1,DNS:db2'].map(forName),
  ])('%o', async (request, message) => {
    const problems = await problemsOf(() => wantedOf(asking('mysql', request)))
    expect(problems.map((problem) => lineOf('/tmp', problem))).toEqual([`site.yml:1:5 certificate.invalid: ${message}`])
  })

  test('two of one name on a host too, and all of it at once', async () => {
    const broken = defineRole({
      name: 'broken',
      summary: '',
      settings: z.any(),
      resources: () => [],
      certificates: () => {
        throw new TypeError('no names')
      },
    })
    const problems = await problemsOf(() =>
      wantedOf(broken, asking('mysql', {}), asking('mariadb', {}), asking('c', { uses: [] })),
    )
    expect(problems.map(({ code, host, position, message }) => [code, host, position?.line, message])).toEqual([
      ['role.failed', undefined, 1, 'role "broken" threw while it said what db1 needs certificates for'],
      ['role.failed', undefined, 1, 'role "broken" threw while it said what db2 needs certificates for'],
      ['certificate.invalid', 'db1', 4, 'role "c" asks for a certificate "tls" for no use'],
      ['certificate.invalid', 'db1', 3, 'roles "mysql" and "mariadb" both ask for a certificate called "tls"'],
      ['certificate.invalid', 'db1', 4, 'roles "mysql" and "c" both ask for a certificate called "tls"'],
    ])
  })
})
