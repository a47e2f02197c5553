import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FettleError } from '../../../../engine/core/error.ts'
import type { Event, HostPlan, HostResult } from '../../../../engine/core/event.ts'
import type { HostView } from '../../../../engine/core/host.ts'
import type { Session } from '../../../../engine/core/ports.ts'
import { checkReach, type Verify } from '../../../../engine/rollout/reach/after-change.ts'
import { connectFrom, connectFromHere } from '../../../../engine/rollout/reach/connect.ts'
import type { Probe } from '../../../../engine/rollout/reach/probes.ts'
import { verifyReach } from '../../../../engine/rollout/reach/verify.ts'
import { createMachine, localTarget, type Machine } from '../../converge/support/machine.ts'

let server: Server
let machine: Machine
let session: Session
let port: number
const here: HostView = { name: 'here', address: '127.0.0.1', groups: [], variables: {} }

beforeAll(async () => {
  server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  port = (server.address() as AddressInfo).port
  machine = createMachine()
  session = await machine.connect(localTarget('here'))
})
afterAll(async () => {
  await session.close()
  machine.remove()
  server.close()
})

const walled = (from: 'everybody' | 'controller') => ({
  host: { ...here, name: 'there' },
  ports: [{ port, protocol: 'tcp', from, why: 'tests', role: 'test' } as const],
  management: ['192.0.2.1'],
})
const probe = (address: string, port: number): Probe => ({
  from: null,
  to: walled('everybody'),
  address,
  protocol: 'tcp',
  port,
  allowed: null,
})

test.each([
  ['from here', (probes: readonly Probe[]) => connectFromHere(probes)],
  ['from a host', (probes: readonly Probe[]) => connectFrom(session, probes)],
])('%s: open, closed and a name that there is not', async (_, connect) => {
  const probes = [probe('127.0.0.1', port), probe('127.0.0.1', 1), probe('no-such-name.invalid', 80)]
  expect(await connect(probes)).toEqual(['open', 'closed', 'unreachable'])
})

describe('verifying', () => {
  test('finds who reaches what nobody opened to it', async () => {
    const { findings, tried } = await verifyReach([walled('controller')], [here], new Map([['here', session]]))
    expect(tried).toBe(2)
    // Nothing keeps anybody out here.
    expect(findings.map(({ message }) => message)).toEqual([
      `here reaches port ${port} of there, which no role opens to it`,
      'here reaches port 9 of there, which no role opens to it',
    ])
  })

  test('says of datagrams that they were not tried, where nobody can ask the host what it let in', async () => {
    const to = walled('everybody')
    const ports = to.ports.map((open) => ({ ...open, protocol: 'udp' as const }))
    const { tried, skipped } = await verifyReach([{ ...to, ports }], [null], new Map())
    expect(tried).toBe(1)
    const why = 'only its own counters tell, and nobody is logged in to it'
    expect(skipped).toEqual([port, 9].map((each) => `port ${each}/udp of there: ${why}`))
  })

  test('tries nothing from a host that is not at hand', async () => {
    expect(await verifyReach([walled('everybody')], [here], new Map())).toMatchObject({ tried: 0, findings: [] })
  })
})

describe('after a change', () => {
  const plan = (host: string, key: string): HostPlan => ({
    host,
    changes: [{ key, role: 'ufw', action: 'change', differences: [], steps: [], provisional: false }],
    reactions: [],
    notices: [],
  })
  const result = (host: string): HostResult => ({
    host,
    outcome: 'changed',
    changed: 1,
    reacted: 0,
    owed: [],
    duration: 1,
  })
  const plans = [plan('web1', 'firewall:ufw'), plan('web2', 'file:/a'), plan('web3', 'firewall:ufw')]
  const finding = (host: string, because: string | null) => ({ host, message: `${host} is open`, because })

  const judged = async (verify?: Verify) => {
    const events: Event[] = []
    const reach = checkReach({ plans, emit: (event) => events.push(event), ...(verify && { verify }) })
    const results = plans.map(({ host }) => result(host))
    for (const each of results) reach.emit({ type: 'host.done', host: each.host, result: each })
    const before = events.length
    const ends = await reach.judge(results)
    return { before, events, outcomes: ends.map(({ host, outcome, problem }) => `${host} ${problem?.code ?? outcome}`) }
  }

  test('hosts with another firewall are done when they were tried; one that is not as described has failed', async () => {
    const asked: (readonly string[])[] = []
    const { before, events, outcomes } = await judged(async (hosts) => {
      asked.push(hosts)
      return { tried: 3, findings: [finding('web1', null), finding('web3', 'allow 80/tcp')], skipped: ['port 53'] }
    })
    expect(asked).toEqual([['web1', 'web3']])
    expect(before).toBe(1)
    expect(outcomes).toEqual(['web1 firewall.unproven', 'web2 changed', 'web3 changed'])
    expect(events.map((event) => ('message' in event ? event.message : 'host' in event ? event.host : ''))).toEqual([
      'web2',
      'the firewall was not tried on port 53',
      'web3 is open: somebody else’s rule, allow 80/tcp',
      'web1',
      'web3',
    ])
  })

  test('nothing is held back where nobody tries', async () => {
    expect(await judged()).toMatchObject({ before: 3, outcomes: ['web1 changed', 'web2 changed', 'web3 changed'] })
  })

  test('that nobody could try is told, and fails nobody', async () => {
    const { events, outcomes } = await judged(() =>
      Promise.reject(new FettleError({ code: 'connection.lost', message: 'cut' })),
    )
    expect(outcomes).toEqual(['web1 changed', 'web2 changed', 'web3 changed'])
    expect(events).toContainEqual({ type: 'warning', message: 'nobody tried what the firewalls let in: cut' })
  })
})
