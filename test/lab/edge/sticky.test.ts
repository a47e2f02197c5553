import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { ask } from './ask.ts'
import { type StickyClient, startClient } from './sticky-client.ts'

const lab = usePracticeHosts(['lb1', { name: 'lb2', release: 'trixie' }, 'web1', 'web2'])
const address = (name: string) => lab.host(name).address

/** An app whose every process is another place: it says which one it is, and of which release. */
const program = `
import { createServer } from 'node:http'
const { PORT, HOST_NAME, RELEASE } = process.env
const server = createServer({ keepAliveTimeout: 65_000, headersTimeout: 66_000 }, (request, response) => {
  response.setHeader('X-Release', RELEASE)
  response.end(request.url === '/healthz' ? 'well' : HOST_NAME + '-' + PORT)
})
server.listen(PORT)
process.on('SIGTERM', () => server.close(() => process.exit()))
`

const siteYml = (cookie: object = {}) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      web: {
        app: {
          apps: {
            cart: {
              ...{
                command: 'node main.mjs',
                packages: ['nodejs'],
                balancers: 'lb',
                source: { folder: 'cart' },
                stop: 5,
              },
              ...{ health: { release: 'X-Release' }, rollout: { canarySoak: 1, soak: 1, drain: 30 } },
            },
          },
        },
      },
      lb: {
        haproxy: {
          frontends: { web: { backend: 'cart' } },
          backends: { cart: { app: 'cart', cookie } },
          trustedProxies: [managementOf(lab.host('lb1'))],
        },
      },
    },
  })

let site: Site
let clients: readonly StickyClient[] = []
const every = ['web1-3000', 'web1-3001', 'web2-3000', 'web2-3001']
const visits = () => clients.map((client) => client.visits)
const serversNow = () => visits().map(({ servers }) => servers.at(-1))
/** Each has asked so often again. */
const asked = async (more: number) => {
  const before = visits().map((each) => each.asked)
  await expect
    .poll(() => visits().every((each, index) => each.asked >= (before[index] ?? 0) + more), { timeout: 60_000 })
    .toBe(true)
}

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { lb: [lab.host('lb1'), lab.host('lb2')], web: [lab.host('web1'), lab.host('web2')] },
  })
  await mkdir(join(site.folder, 'cart'))
  await writeFile(join(site.folder, 'cart/main.mjs'), program)
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('deploy', '--version', 'v1', '--yes'))
}, 900_000)

beforeEach(async () => {
  clients = Array.from({ length: 12 }, () => startClient([address('lb1'), address('lb2')]))
  await asked(4)
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.stop()))
})

test('clients come back to the server that they had, on both balancers and after a reload', async () => {
  expect([...new Set(serversNow())].sort()).toEqual(every)
  for (const name of ['lb1', 'lb2']) await does(lab.host(name), 'systemctl reload haproxy')
  await asked(20)
  expect(visits().map(({ failures, servers }) => [failures, servers.length])).toEqual(clients.map(() => [[], 1]))
})

test('the cookie is for no script, and where the client came over TLS for nothing else', async () => {
  const cookieFor = async (proto: string) =>
    (await ask(address('lb1'), '/', { 'X-Forwarded-Proto': proto })).headers['set-cookie']
  expect(await cookieFor('http')).toEqual([expect.stringMatching(/^server-cart=[0-9a-f]{12}; path=\/; HttpOnly$/)])
  expect(await cookieFor('https')).toEqual([expect.stringMatching(/; HttpOnly; Secure$/)])
})

test('a server that is drained loses its clients to others without an error, and no others lose theirs', async () => {
  const before = serversNow()
  const began = performance.now()
  expectDone(await site.fettle('lb', 'drain', 'web1-3000', '--yes'))
  process.stderr.write(`| drained under clients with cookies | ${Math.round(performance.now() - began)} ms |\n`)
  await asked(10)
  expect(serversNow()).not.toContain('web1-3000')
  expect(visits().flatMap(({ failures }) => failures)).toEqual([])
  for (const [index, { servers }] of visits().entries())
    expect(servers).toHaveLength(before[index] === 'web1-3000' ? 2 : 1)
  await does(lab.host('lb1'), 'systemctl reload haproxy')
  await asked(10)
  expect(serversNow()).not.toContain('web1-3000')
  expectDone(await site.fettle('lb', 'ready', 'web1-3000', '--yes'))
  await asked(10)
  expect(visits().flatMap(({ failures }) => failures)).toEqual([])
})

test('a deploy fails nobody, and all are with the new release', async () => {
  const began = performance.now()
  expectDone(await site.fettle('deploy', '--version', 'v2', '--yes'))
  await asked(10)
  const all = visits()
  const count = all.reduce((sum, each) => sum + each.asked, 0)
  process.stderr.write(
    `| deploy under 12 clients with cookies | ${((performance.now() - began) / 1000).toFixed(1)} s | ${count} requests | ${all.flatMap(({ failures }) => failures).length} failed |\n`,
  )
  expect(all.flatMap(({ failures }) => failures)).toEqual([])
  // Each server was out once.
  for (const { servers } of all) expect(servers.length).toBeGreaterThan(1)
  expect((await ask(address('lb1'))).headers['x-release']).toMatch(/^v2-/)
})

test('a cookie ends with its lifetime', async () => {
  await site.describe(siteYml({ name: 'seat', lifetime: '3s' }))
  expectDone(await site.fettle('provision', '--yes', '-l', 'lb'))
  const first = (await ask(address('lb1'))).headers['set-cookie']?.[0] ?? ''
  expect(first).toMatch(/^seat=/)
  const again = async () =>
    (await ask(address('lb1'), '/', { Cookie: first.split(';')[0] ?? '' })).headers['set-cookie']
  expect(await again()).toBeUndefined()
  await expect.poll(again, { timeout: 15_000 }).toEqual([expect.stringMatching(/^seat=/)])
})
