import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { HostView } from '../../../engine/core/host.ts'
import { defineRole, type Role } from '../../../engine/core/role.ts'
import { withSaid } from '../../../engine/inventory/said.ts'
import { problemsOf } from './folder.ts'

const host = (name: string): HostView => ({ name, address: name, groups: [], variables: {} })
const role = (name: string, listens?: Parameters<typeof defineRole>[0]['listens']): Role =>
  defineRole({ name, summary: name, settings: z.any(), resources: () => [], ...(listens && { listens }) })
const hosts = { name: 'shop', environment: 'lab', hosts: () => [host('lb1')] }
const position = { file: 'site.yml', line: 3 }

const siteOf = (...roles: readonly Role[]) =>
  withSaid(hosts, [
    { view: host('web1'), roles: roles.map((role, index) => ({ role, settings: { port: index + 1 }, position })) },
    { view: host('web2'), roles: [] },
  ])

describe('what a host listens on', () => {
  const open = role('open', ({ settings, host, site }) => [
    {
      port: (settings as { readonly port: number }).port,
      protocol: 'tcp',
      from: 'everybody',
      why: `${host.name} of ${site.name}`,
    },
  ])

  test('is what all its roles say, with their settings', () => {
    const site = siteOf(open, role('silent'), { ...open, name: 'again' })
    expect(site.listens('web1')).toEqual([
      { role: 'open', port: 1, protocol: 'tcp', from: 'everybody', why: 'web1 of shop' },
      { role: 'again', port: 3, protocol: 'tcp', from: 'everybody', why: 'web1 of shop' },
    ])
    expect(site.listens('web2')).toEqual([])
  })

  test('is asked once, and only when somebody wants to know', () => {
    let asked = 0
    const counting = role('counting', () => {
      asked++
      return []
    })
    const site = siteOf(counting)
    expect(asked).toBe(0)
    site.listens('web1')
    site.listens('web1')
    expect(asked).toBe(1)
  })

  test('may depend on the other hosts', () => {
    const site = siteOf(
      role('topology', ({ site }) =>
        site.hosts('lb').map(({ name }) => ({ port: 1, protocol: 'tcp', from: 'everybody', why: name })),
      ),
    )
    expect(site.listens('web1')).toMatchObject([{ why: 'lb1' }])
  })

  test('cannot be told where a role is broken, or where there is no such host', async () => {
    const broken = siteOf(
      role('broken', () => {
        throw new TypeError('no port')
      }),
    )
    expect(await problemsOf(() => broken.listens('web1'))).toMatchObject([
      {
        code: 'role.failed',
        message: 'role "broken" threw while it said what web1 listens on',
        position,
        detail: 'no port',
      },
    ])
    expect(await problemsOf(() => siteOf().listens('wep1'))).toMatchObject([
      { code: 'settings.invalid', hint: 'did you mean "web1"?' },
    ])
  })
})
