import { connect, type Socket } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LoadResult } from '../../load/generator/tally.ts'
import { startLoadApart } from '../../load/support/apart.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { ask } from './ask.ts'
import { balancerOfEachRelease } from './releases.ts'

const lab = usePracticeHosts([...balancerOfEachRelease, ...['web1', 'cdn', 'office']])
const balancers = ['lb1', 'lb2', 'lb3']
const address = (name: string) => lab.host(name).address

const limits = () => ({ requests: 200, period: '10s', connections: 20, exempt: [address('office')] })

const siteYml = () =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      web: {
        nginx: {
          sites: { docs: { port: 8080, default: true, root: '/srv/www/docs', content: { 'index.html': 'docs' } } },
        },
      },
      lb: {
        haproxy: {
          frontends: { web: { backend: 'docs' } },
          backends: { docs: { group: 'web', port: 8080 } },
          ...{ trustedProxies: [address('cdn')], limits: limits() },
        },
      },
      others: {},
    },
  })

let site: Site

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: {
      lb: balancers.map((name) => lab.host(name)),
      web: [lab.host('web1')],
      others: [lab.host('cdn'), lab.host('office')],
    },
    variables: { fettle_management: [managementOf(lab.host('lb1'))] },
  })
  for (const name of ['cdn', 'office', 'web1'])
    await does(lab.host(name), 'apt-get -qq update && apt-get -qq -y install curl >/dev/null')
  expectDone(await site.fettle('provision', '--yes'))
}, 900_000)

/** How often a host was answered with which status: `{ 200: 20 }`. */
const statusesFor = async (from: string, to: string, times: number, ...headers: readonly string[]) => {
  const options = headers.map((each) => `-H '${each}'`).join(' ')
  const script = `for each in $(seq ${times}); do curl -s -m 5 -o /dev/null -w '%{http_code}\\n' ${options} http://${address(to)}/; done; :`
  const counts: Record<string, number> = {}
  for (const status of (await does(lab.host(from), script)).split('\n')) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const statusAt = async (name: string) => (await ask(address(name))).status
const calm = (name: string) => expect.poll(() => statusAt(name), { timeout: 30_000, interval: 1000 }).toBe(200)

/** The status of an answer over a new connection, which stays open; undefined where the connection is cut. */
const statusOverOneMore = (name: string, open: Socket[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect(80, address(name), () => socket.write('GET / HTTP/1.1\r\nHost: docs\r\n\r\n'))
    socket.once('data', (said) => resolve(String(said).split(' ')[1]))
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
    open.push(socket)
  })

test('there is nothing more to do', async () => {
  const told = await site.fettle('provision', '--yes', '--json')
  for (const name of balancers) expect(deedsOf(told, name)).toEqual(nothing)
})

const others = { 'keep-alive': null, 'fixed-rate': null, download: null, order: null }

describe.each(balancers)('an address that floods %s', (name) => {
  const next = balancers[(balancers.indexOf(name) + 1) % balancers.length] ?? ''

  test('is answered with 429, by the others too and after a reload, and nobody else is', async () => {
    await calm(name)
    let flood: LoadResult
    const load = await startLoadApart({
      url: `http://${address(name)}`,
      pages: [{ path: '/', contains: 'docs' }],
      streams: { ...others, close: { perSecond: 100 } },
    })
    try {
      await expect.poll(() => statusAt(name), { timeout: 20_000 }).toBe(429)
      expect(await statusesFor('web1', name, 20)).toEqual({ 200: 20 })
      expect(await statusesFor('office', name, 250)).toEqual({ 200: 250 })
      expect(await statusAt(next)).toBe(429)
    } finally {
      flood = await load.stop()
    }
    const { requests, failures } = flood
    process.stderr.write(`| ${name} flooded | ${requests} requests | ${JSON.stringify(failures)} |\n`)
    expect(Object.keys(failures)).toEqual(['status 4xx'])
    expect(requests - (failures['status 4xx'] ?? 0)).toBeLessThan(600)
    await does(lab.host(name), 'systemctl reload haproxy')
    // So few questions are no flood by themselves.
    await expect.poll(() => statusAt(name), { timeout: 5000 }).toBe(429)
    expect(await ask(address(name))).toMatchObject({
      ...{ status: 429, body: expect.stringContaining('<h1>Too many requests</h1>') },
      headers: { 'retry-after': '10', 'cache-control': 'no-store' },
    })
    await calm(name)
    await calm(next)
  })

  test('through a proxy is told from others who come through it', async () => {
    const flooded = await statusesFor('cdn', name, 220, 'X-Forwarded-For: 192.0.2.99, 203.0.113.1')
    expect(flooded).toEqual({ 200: 200, 429: 20 })
    expect(await statusesFor('cdn', name, 5, 'X-Forwarded-For: 203.0.113.1, 203.0.113.2')).toEqual({ 200: 5 })
    expect(await statusesFor('cdn', name, 5, 'X-Forwarded-For: 203.0.113.1')).toEqual({ 429: 5 })
  })

  test('with connections is told so, and above twice as many has none', async () => {
    await calm(name)
    const open: Socket[] = []
    const statuses: (string | undefined)[] = []
    for (let count = 0; count < 42; count++) statuses.push(await statusOverOneMore(name, open))
    expect(statuses).toEqual([...Array(20).fill('200'), ...Array(20).fill('429'), undefined, undefined])
    expect(await statusesFor('web1', name, 3)).toEqual({ 200: 3 })
    for (const socket of open) socket.destroy()
    await calm(name)
  })
})

test('the port where balancers tell each other is open to them alone', async () => {
  const tried = (from: string) => lab.host(from).sh(`timeout 2 bash -c '</dev/tcp/${address('lb1')}/8407' && echo open`)
  expect((await tried('lb2')).stdout).toBe('open\n')
  expect((await tried('web1')).stdout).toBe('')
})
