import { describe, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type { Certificate } from '../../engine/core/certificate.ts'
import type { Standing } from '../../engine/core/hardening.ts'
import type { HostFacts, HostView } from '../../engine/core/host.ts'
import type { Declaration } from '../../engine/core/resource.ts'
import { defineRole, type Role } from '../../engine/core/role.ts'
import type { Secret } from '../../engine/core/secret.ts'

const settings = z.object({
  port: z.number().default(80),
  root: z.string().optional(),
  sites: z.record(z.string(), z.object({ name: z.string() })),
})
const common = { name: 'web', summary: 'Serves.', settings }

describe('a role', () => {
  test('knows its settings from its schema, with defaults filled in', () => {
    defineRole({
      ...common,
      resources: ({ settings }) => {
        expectTypeOf(settings.port).toBeNumber()
        expectTypeOf(settings.root).toEqualTypeOf<string | undefined>()
        expectTypeOf(settings.sites).toEqualTypeOf<Record<string, { name: string }>>()
        // @ts-expect-error no such setting
        settings.prot
        return []
      },
    })
  })

  test('knows the facts of its own host, and of others what the inventory says', () => {
    defineRole({
      ...common,
      resources: ({ host, site }) => {
        expectTypeOf(host.facts).toEqualTypeOf<HostFacts>()
        expectTypeOf(site.hosts('web')).toEqualTypeOf<readonly HostView[]>()
        expectTypeOf<HostView>().not.toHaveProperty('facts')
        return []
      },
      listens: (topology) => {
        expectTypeOf(topology.settings.port).toBeNumber()
        expectTypeOf(topology.host).not.toHaveProperty('facts')
        expectTypeOf(topology).not.toHaveProperty('render')
        return [{ port: topology.settings.port, protocol: 'tcp', from: { group: 'lb' }, why: 'requests' }]
      },
      health: () => [{ unit: 'web.service' }, { http: '/health', status: 200 }, { tcp: 80 }],
    })
  })

  test('says its controls from all that its resources know, and names no standing that there is not', () => {
    defineRole({
      ...common,
      resources: () => [],
      hardening: ({ settings, host, render }) => {
        expectTypeOf(settings.port).toBeNumber()
        expectTypeOf(host.facts).toEqualTypeOf<HostFacts>()
        expectTypeOf(render).toBeFunction()
        return [
          { name: 'a', title: 'a', why: 'b', standing: { is: 'applies', keys: ['file:/a'] } },
          { name: 'c', title: 'c', why: 'd', reference: 'CIS', standing: { is: 'excepted', reason: 'because' } },
        ]
      },
    })
    // @ts-expect-error an exception without a reason
    expectTypeOf<{ is: 'excepted' }>().toExtend<Standing>()
  })

  test('has of the authority what it asks for, once it is made', () => {
    defineRole({
      ...common,
      certificates: (topology) => {
        expectTypeOf(topology).not.toHaveProperty('certificate')
        expectTypeOf(topology.host).not.toHaveProperty('facts')
        return [{ name: 'web', names: [topology.host.name], uses: ['server'] }]
      },
      resources: ({ certificate, authority }) => {
        expectTypeOf(certificate('web')).toEqualTypeOf<Certificate>()
        expectTypeOf<Certificate['key']>().toEqualTypeOf<Secret>()
        expectTypeOf(authority()).toBeString()
        return []
      },
    })
  })

  test('changes nothing that it is given', () => {
    defineRole({
      ...common,
      resources: ({ host }) => {
        const never = () => {
          // @ts-expect-error facts are read only
          host.facts.cpus = 1
        }
        expectTypeOf(never).toBeFunction()
        return []
      },
    })
  })

  test('is a list, at once', () => {
    // @ts-expect-error no awaits
    defineRole({ ...common, resources: async () => [] })
    // @ts-expect-error declarations, made by resources
    defineRole({ ...common, resources: () => [{ path: '/a' }] })
    const port = { port: 1, from: 'everybody', why: '' } as const
    // @ts-expect-error udp or tcp
    defineRole({ ...common, resources: () => [], listens: () => [{ ...port, protocol: 'sctp' }] })
    // @ts-expect-error a role says what it is
    defineRole({ name: 'web', settings, resources: () => [] })
  })

  test('of any settings fits in one list', () => {
    const other = defineRole({ ...common, settings: z.object({}), resources: (): Declaration[] => [] })
    expectTypeOf([defineRole({ ...common, resources: () => [] }), other]).toEqualTypeOf<Role[]>()
  })
})
