import { describe, expect, test } from 'vitest'
import { explain } from '../../../engine/inventory/index.ts'
import type { Files } from './folder.ts'
import { problemsOf } from './folder.ts'
import { open } from './roles.ts'

const files = {
  'hosts.yml':
    'all:\n  vars: {ansible_port: 22, m: {a: 1}}\n  children:\n    lb:\n      vars: {ansible_port: 2222}\n      hosts: {lb1: {m: {b: 2}}}\n    edge: {hosts: {lb1: }}\n',
  'site.yml':
    'name: shop\ngroups:\n  lb:\n    haproxy: {balance: source, timeouts: {client: 1}}\n  edge: {haproxy: {timeouts: {server: 2}}}\n',
  'group_vars/lb.yml': 'haproxy:\n  balance: leastconn\n',
  'host_vars/lb1.yml': 'haproxy: {timeouts: {client: 3}}\n',
}

const ask = async (setting: string, set: readonly string[] = [], changed: Files = {}) => {
  const { folder, ...resolution } = await open({ ...files, ...changed }, set)
  const { value, candidates } = explain({ ...resolution, host: 'lb1', setting })
  const lines = candidates.map(({ verdict, value, where, position }) => {
    const place = position ? ` @${[position.file, position.line, position.column].filter(Boolean).join(':')}` : ''
    return `${verdict} ${JSON.stringify(value)} ${where}${place}`.replaceAll(`${folder}/`, '')
  })
  return { value, lines }
}

describe('where it comes from', () => {
  test('a setting: every candidate, the strongest first', async () => {
    expect(await ask('haproxy.balance', ['haproxy.balance=roundrobin'])).toEqual({
      value: 'roundrobin',
      lines: [
        'wins "roundrobin" --set @--set haproxy.balance=roundrobin',
        'overridden "leastconn" group_vars/lb.yml @group_vars/lb.yml:2:12',
        'overridden "source" site.yml group lb @site.yml:4:24',
        'overridden "roundrobin" default of role haproxy',
      ],
    })
  })

  test('a mapping: all that make it up', async () => {
    expect(await ask('haproxy.timeouts')).toEqual({
      value: { client: 3, server: 2 },
      lines: [
        'merged {"client":3} host_vars/lb1.yml @host_vars/lb1.yml:1:21',
        'merged {"client":1} site.yml group lb @site.yml:4:42',
        'merged {"server":2} site.yml group edge @site.yml:5:30',
        'overridden {"client":5,"server":5} default of role haproxy',
      ],
    })
  })

  test('only the default', async () => {
    const changed = { 'site.yml': 'name: x\ngroups: {lb: {haproxy: }}', 'group_vars/lb.yml': '' }
    expect(await ask('haproxy.balance', [], changed)).toEqual({
      value: 'roundrobin',
      lines: ['wins "roundrobin" default of role haproxy'],
    })
  })

  test('nobody says it', async () => {
    expect(await ask('haproxy.servers')).toEqual({ value: undefined, lines: [] })
  })

  test('a conflict, which stops everything else', async () => {
    const changed = {
      'site.yml': 'name: x\ngroups:\n  lb: {haproxy: {balance: source}}\n  edge: {haproxy: {balance: leastconn}}\n',
      'group_vars/lb.yml': '',
    }
    expect((await ask('haproxy.balance', [], changed)).lines).toEqual([
      'conflicts "source" site.yml group lb @site.yml:3:27',
      'conflicts "leastconn" site.yml group edge @site.yml:4:29',
      'overridden "roundrobin" default of role haproxy',
    ])
  })

  test('although something else is wrong', async () => {
    const { lines } = await ask('haproxy.balance', [], { 'host_vars/lb1.yml': 'haproxy: {nonsense: 3}' })
    expect(lines[0]).toBe('wins "leastconn" group_vars/lb.yml @group_vars/lb.yml:2:12')
  })

  test('a variable, as Ansible merges it: as a whole', async () => {
    expect(await ask('ansible_port')).toEqual({
      value: 2222,
      lines: ['wins 2222 hosts.yml group lb @hosts.yml:5:28', 'overridden 22 hosts.yml group all @hosts.yml:2:24'],
    })
    expect(await ask('m')).toEqual({
      value: { b: 2 },
      lines: [
        'wins {"b":2} hosts.yml host lb1 @hosts.yml:6:24',
        'overridden {"a":1} hosts.yml group all @hosts.yml:2:31',
      ],
    })
  })

  test.each([
    ['haproxy.balanse', 'usage', 'unknown setting haproxy.balanse', 'did you mean "balance"?'],
    ['nginx.workers', 'usage', 'nginx.workers: lb1 does not have the role "nginx"', 'its roles are haproxy'],
    ['ansible_prot', 'usage', 'lb1 has no role or variable "ansible_prot"', 'did you mean "ansible_port"?'],
  ])('%s is refused', async (setting, code, message, hint) => {
    expect(await problemsOf(() => ask(setting))).toEqual([{ code, message, hint }])
  })

  test('a bad --set', async () => {
    const [problem] = await problemsOf(() => ask('haproxy.balance', ['haprox.balance=x']))
    expect(problem?.message).toBe('--set haprox.balance=x: there is no role "haprox", did you mean "haproxy"?')
  })

  test('an unknown host', async () => {
    const { folder: _, ...resolution } = await open(files)
    const [problem] = await problemsOf(() => explain({ ...resolution, host: 'lb2', setting: 'haproxy' }))
    expect(problem).toEqual({ code: 'limit.unknown', message: 'no host "lb2"', hint: 'did you mean "lb1"?' })
  })
})
