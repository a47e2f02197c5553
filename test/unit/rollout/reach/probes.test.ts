import { describe, expect, test } from 'vitest'
import type { HostView } from '../../../../engine/core/host.ts'
import type { OpenPort } from '../../../../engine/core/listen.ts'
import { portText, probesOf } from '../../../../engine/rollout/reach/probes.ts'
import { nameOf, type Source } from '../../../../engine/rollout/reach/walled.ts'

const host = (name: string, group: string, addresses: readonly string[]): HostView => ({
  name,
  address: addresses[0] ?? name,
  groups: [group],
  variables: addresses.length > 1 ? { fettle_addresses: addresses } : {},
})
const web1 = host('web1', 'web', ['10.0.0.11', 'fd00::11'])
const lb1 = host('lb1', 'lb', ['10.0.0.1', 'fd00::1'])
const lb2 = host('lb2', 'lb', ['10.0.0.2'])
const db1 = host('db1', 'db', ['10.0.0.21'])

const open = (port: number, from: OpenPort['from'], change: Partial<OpenPort> = {}): OpenPort => ({
  port,
  protocol: 'tcp',
  from,
  why: 'requests',
  role: 'nginx',
  ...change,
})

/** `lb1 10.0.0.11:80 nginx`, or `no` where nobody opened it. */
const probed = (ports: readonly OpenPort[], sources: readonly Source[], turn = 0, management = ['10.0.0.99']) => {
  const { probes, skipped } = probesOf({ host: web1, ports, management }, sources, turn)
  return {
    probes: probes.map(
      ({ allowed, from, address, ...end }) => `${nameOf(from)} ${address} ${portText(end)} ${allowed?.role ?? 'no'}`,
    ),
    skipped,
  }
}

describe('what is tried', () => {
  test('an opening to a group: one of it by each kind of address, and one that is not', () => {
    expect(probed([open(80, { group: 'lb' })], [null, web1, lb1, lb2, db1])).toEqual({
      probes: [
        'lb1 10.0.0.11 80 nginx',
        'lb1 fd00::11 80 nginx',
        'controller 10.0.0.11 80 no',
        'db1 10.0.0.11 80 no',
        'controller 10.0.0.11 9 no',
        'lb1 10.0.0.11 9 no',
        'lb1 fd00::11 9 no',
      ],
      skipped: [],
    })
  })

  test('another of the group each time', () => {
    expect(probed([open(80, { group: 'lb' })], [lb1, lb2], 1).probes).toContain('lb2 10.0.0.11 80 nginx')
  })

  test('an opening to everybody, from here and from a host; and a port that nobody opened', () => {
    expect(probed([open(1, 'everybody', { through: 9 })], [null, lb2]).probes).toEqual([
      'controller 10.0.0.11 1 nginx',
      'lb2 10.0.0.11 1 nginx',
      'controller 10.0.0.11 19 no',
      'lb2 10.0.0.11 19 no',
    ])
  })

  test('the management networks, which may hold hosts', () => {
    const ssh = [open(22, 'controller', { role: 'ufw' })]
    expect(probed(ssh, [null, db1]).probes.slice(0, 2)).toEqual(['controller 10.0.0.11 22 ufw', 'db1 10.0.0.11 22 no'])
    expect(probed(ssh, [null, db1], 0, ['10.0.0.0/24']).probes).toContain('db1 10.0.0.11 22 ufw')
  })

  test('networks, by the address that is in them', () => {
    const { probes } = probed([open(80, { networks: ['fd00::/64'] })], [null, lb1])
    expect(probes.slice(0, 2)).toEqual(['lb1 10.0.0.11 80 no', 'lb1 fd00::11 80 nginx'])
    expect(probes.filter((probe) => probe.startsWith('controller'))).toEqual(['controller 10.0.0.11 9 no'])
  })

  test('nothing of a port twice that is open to some and to others', () => {
    const both = [open(80, { group: 'lb' }), open(80, { group: 'lb' }, { role: 'other' }), open(80, { group: 'db' })]
    const tries = probed(both, [lb2, db1]).probes
    expect(tries).toEqual(['lb2 10.0.0.11 80 nginx', 'db1 10.0.0.11 80 nginx', 'lb2 10.0.0.11 9 no'])
  })

  test('an opening for datagrams, beside one of the same number for connections', () => {
    const both = [open(53, { group: 'lb' }, { protocol: 'udp' }), open(53, 'everybody')]
    expect(probed(both, [lb2, db1]).probes).toEqual([
      'lb2 10.0.0.11 53 nginx',
      'lb2 10.0.0.11 9 no',
      'lb2 10.0.0.11 53/udp nginx',
      'db1 10.0.0.11 53/udp no',
      'lb2 10.0.0.11 9/udp no',
    ])
  })

  test('and what cannot be is said', () => {
    expect(probed([open(53, { group: 'lb' }, { protocol: 'udp' }), open(80, { group: 'lb' })], [db1]).skipped).toEqual([
      'port 80 of web1: none who may reach it is at hand',
      'port 53/udp of web1: none who may reach it is at hand',
    ])
  })
})
