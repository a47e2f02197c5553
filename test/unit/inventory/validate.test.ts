import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { knownKeys, unknownPaths } from '../../../engine/inventory/schema.ts'
import { validate } from '../../../engine/inventory/validate.ts'
import { roles } from './roles.ts'

const judge = (name: string, settings: unknown) => {
  const role = roles.find((each) => each.name === name)
  if (!role) throw new Error(`no role ${name}`)
  return validate(name, role.settings, settings)
}

describe('what is wrong with settings', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['base', { timezon: 'UTC' }, ['key timezon: unknown setting base.timezon (did you mean "timezone"?)']],
    ['base', { zzz: 1 }, ['key zzz: unknown setting base.zzz (known here: timezone, packages)']],
    ['base', { timezone: 3 }, ['value timezone: base.timezone: expected string, received number']],
    ['base', { packages: ['a', 3] }, ['value packages.1: base.packages.1: expected string, received number']],
    ['nginx', { wrokers: 2 }, ['key wrokers: unknown setting nginx.wrokers (did you mean "workers"?)']],
    [
      'nginx',
      { sites: { 'a.b': { rot: 'x', root: 'y' } } },
      ['key sites.a.b.rot: unknown setting nginx.sites."a.b".rot (did you mean "root"?)'],
    ],
    ['nginx', { sites: { A1: { root: 'x' } } }, ['key sites.A1: nginx.sites.A1: must be a domain']],
    ['nginx', { sites: { a: {} } }, ['value sites.a.root: nginx.sites.a.root: required, but nobody sets it']],
    ['nginx', { workers: 1.5 }, ['value workers: nginx.workers: expected int, received number']],
    [
      'haproxy',
      { balance: 'leastcon' },
      [
        'value balance: haproxy.balance: expected one of "roundrobin", "leastconn", "source" (did you mean "leastconn"?)',
      ],
    ],
    ['haproxy', { servers: [3] }, ['value servers.0: haproxy.servers.0: expected string or object']],
    [
      'haproxy',
      { servers: [{ host: 'a', weight: 0 }] },
      ['value servers.0.weight: haproxy.servers.0.weight: too small: expected number to be >=1'],
    ],
    [
      'haproxy',
      { servers: [{ hots: 'a' }] },
      [
        'key servers.0.hots: unknown setting haproxy.servers.0.hots (did you mean "host"?)',
        'value servers.0.host: haproxy.servers.0.host: required, but nobody sets it',
      ],
    ],
    [
      'haproxy',
      { timeouts: { clinet: 1 } },
      ['key timeouts.clinet: unknown setting haproxy.timeouts.clinet (did you mean "client"?)'],
    ],
    [
      'haproxy',
      { check: { kind: 'http', pth: '/' } },
      [
        'key check.pth: unknown setting haproxy.check.pth (did you mean "path"?)',
        'value check.path: haproxy.check.path: required, but nobody sets it',
      ],
    ],
    ['haproxy', { check: { kind: 'udp' } }, ['value check.kind: haproxy.check.kind: expected "tcp" or "http"']],
    ['haproxy', { check: {} }, ['value check.kind: haproxy.check.kind: required, but nobody sets it']],
    ['cert', {}, ['value email: cert.email: required, but nobody sets it']],
    ['cert', { email: 'x', deep: { key: null } }, ['value deep.key: cert.deep.key: expected string, received null']],
  ])('%s %j', (role, settings, expected) => {
    const said = judge(role, settings).findings.map(
      ({ part, path, message, hint }) => `${part} ${path.join('.')}: ${message}${hint ? ` (${hint})` : ''}`,
    )
    expect(said).toEqual(expected)
  })

  test('good settings come with their defaults', () => {
    expect(judge('haproxy', { timeouts: { client: 9 } })).toEqual({
      value: { balance: 'roundrobin', timeouts: { client: 9, server: 5 } },
      findings: [],
    })
  })
})

describe('keys that nothing reads', () => {
  const lazy: z.ZodType = z.lazy(() => z.object({ name: z.string(), inner: lazy.optional() }))

  test.each<[string, z.ZodType, unknown, readonly string[]]>([
    [
      'behind optional, default, nullable',
      z.object({ a: z.object({ b: z.any() }).nullable().default(null).optional() }),
      { a: { c: 1 } },
      ['a.c'],
    ],
    ['behind a transform', z.object({ a: z.number() }).transform(({ a }) => a), { a: 1, b: 2 }, ['b']],
    ['behind a preprocess', z.preprocess((x) => x, z.object({ a: z.number() })), { a: 1, b: 2 }, ['b']],
    ['in a recursive one', lazy, { name: 'x', inner: { name: 'y', other: 1 } }, ['inner.other']],
    [
      'in both sides of an intersection',
      z.intersection(z.object({ a: z.any() }), z.object({ b: z.any() })),
      { a: 1, b: 2, c: 3 },
      ['c'],
    ],
    ['nowhere in a loose one', z.looseObject({ a: z.any() }), { b: { c: 1 } }, []],
    ['nowhere in a record', z.record(z.string(), z.number()), { b: 1 }, []],
    ['in the values of a record', z.record(z.string(), z.object({ a: z.any() })), { b: { c: 1 } }, ['b.c']],
    ['in a list', z.array(z.object({ a: z.any() })), [{ a: 1 }, { b: 1 }], ['1.b']],
    ['nowhere in anything', z.unknown(), { b: { c: 1 } }, []],
    ['in a catchall', z.object({ a: z.any() }).catchall(z.object({ x: z.any() })), { b: { y: 1 } }, ['b.y']],
  ])('%s', (_, schema, value, expected) => {
    expect(unknownPaths(schema, value).map((path) => path.join('.'))).toEqual(expected)
  })

  test('known ones are named for "did you mean"', () => {
    const schema = z.object({ a: z.array(z.union([z.string(), z.object({ b: z.any(), c: z.any() })])).optional() })
    expect(knownKeys(schema, [])).toEqual(['a'])
    expect(knownKeys(schema, ['a', '0'])).toEqual(['b', 'c'])
  })
})
