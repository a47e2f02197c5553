import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { canary } from '../leaks/canary.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { ask, converse } from './ask.ts'
import { balancerOfEachRelease } from './releases.ts'

const lab = usePracticeHosts([...balancerOfEachRelease, 'web1', 'ops'])
const balancers = ['lb1', 'lb2', 'lb3']
const address = (name: string) => lab.host(name).address
const machine = () => managementOf(lab.host('lb1'))

const headers = ['x_forwarded_for', 'x_forwarded_proto', 'x_forwarded_host', 'x_real_ip', 'forwarded']
const content = (text: string) => ({ default: true, content: { 'index.html': text }, fallback: '/index.html' })

/** `/echo` says what an app sees of a request, `/empty` gives no answer, `/slow` none in time. */
const docs = () => ({
  ...{ port: 8080, root: '/srv/www/docs', ...content('docs') },
  snippet: `
location = /echo { default_type text/plain; return 200 "${headers.map((name) => `$http_${name}`).join('|')}|$client_scheme"; }
location = /empty { return 444; }
location = /slow { proxy_pass http://${address('ops')}:9; proxy_connect_timeout 60s; }`,
})

const password = `${canary}, it's "a" \\word # and more`

const siteYml = () =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      web: {
        nginx: {
          trustedProxies: 'lb',
          sites: { docs: docs(), shop: { port: 8081, root: '/srv/www/shop', ...content('shop') } },
        },
      },
      lb: {
        haproxy: {
          frontends: {
            web: {
              backend: 'docs',
              routes: [
                { hosts: ['Shop.Test'], paths: ['/shop', '/old/'], backend: 'shop' },
                { hosts: ['shop.example'], backend: 'shop' },
                { paths: ['/gone'], backend: 'gone' },
              ],
            },
          },
          backends: {
            docs: { group: 'web', port: 8080 },
            shop: { group: 'web', port: 8081 },
            gone: { group: 'web', port: 8082 },
          },
          timeouts: { request: '3s', server: '2s' },
          trustedProxies: [address('ops')],
          stats: { from: { networks: [machine()] }, user: 'anna', password: 'file:keys/stats' },
          metrics: { from: { group: 'ops' } },
        },
      },
      ops: {},
    },
  })

let site: Site
const provision = () => site.fettle('provision', '--yes', '--json')

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { lb: balancers.map((name) => lab.host(name)), web: [lab.host('web1')], ops: [lab.host('ops')] },
    variables: { fettle_management: [machine()] },
  })
  await mkdir(join(site.folder, 'keys'))
  await writeFile(join(site.folder, 'keys/stats'), password, { mode: 0o600 })
  await does(lab.host('ops'), 'apt-get -qq update && apt-get -qq -y install curl >/dev/null')
  expectDone(await provision())
}, 900_000)

/** What `ops` is answered: the body and the status. */
const fromOps = (url: string, ...options: readonly string[]) =>
  does(
    lab.host('ops'),
    `curl -s -m 5 -w ' %{http_code}' ${options.map((each) => `-H '${each}'`).join(' ')} '${url}'; :`,
  )

test('there is nothing more to do', async () => {
  const told = await provision()
  for (const name of [...balancers, 'web1']) expect(deedsOf(told, name)).toEqual(nothing)
})

describe.each(balancers)('at %s', (name) => {
  test('an app hears of its client what the balancer saw, not what the client says', async () => {
    const forged = {
      ...{ 'X-Forwarded-For': '203.0.113.1', 'x-forwarded-proto': 'https', 'X-Forwarded-Host': 'evil.example' },
      ...{ 'X-Real-IP': '203.0.113.1', Forwarded: 'for=203.0.113.1' },
    }
    expect((await ask(address(name), '/echo', forged)).body).toBe(`${machine()}|http||||http`)
  })

  test('a proxy in front is believed, and named after those whom it names', async () => {
    const said = ['X-Forwarded-For: 203.0.113.1, 203.0.113.2', 'X-Forwarded-Proto: https']
    const echo = `http://${address(name)}/echo`
    expect(await fromOps(echo, ...said)).toBe(`203.0.113.1, 203.0.113.2, ${address('ops')}|https||||https 200`)
    expect(await fromOps(echo)).toBe(`${address('ops')}|http||||http 200`)
  })

  test.each([
    ['/shop', 'SHOP.test', 'shop'],
    ['/shop', 'shop.test:8080', 'shop'],
    ['/shop', 'shop.test.', 'shop'],
    ['/shop?of=1', 'shop.test', 'shop'],
    ['/shop/cart', 'shop.test', 'shop'],
    ['/shopping', 'shop.test', 'docs'],
    ['/Shop', 'shop.test', 'docs'],
    ['/old', 'shop.test', 'docs'],
    ['/old/a', 'shop.test', 'shop'],
    ['/shop', 'docs.test', 'docs'],
    ['/shop', 'not-shop.test', 'docs'],
    ['/anything', 'shop.example', 'shop'],
  ])('%s of %s is led to %s', async (path, host, backend) => {
    expect((await ask(address(name), path, { Host: host })).body).toBe(backend)
  })

  test.each([
    [502, '/empty', 'Something went wrong'],
    [503, '/gone', 'We are not here at the moment'],
    [504, '/slow', 'The answer took too long'],
  ])('%i is said in a page of our own', async (status, path, heading) => {
    const answer = await ask(address(name), path)
    expect(answer).toMatchObject({
      ...{ status, body: expect.stringContaining(`<h1>${heading}</h1>`) },
      headers: { 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' },
    })
  })

  test('clients that send their heads a byte a second are cut off, and others are served meanwhile', async () => {
    const head = 'GET /a-path-that-takes-its-time HTTP/1.1\r\n'
    const slowly = (write: (text: string) => void) => {
      let sent = 0
      const timer = setInterval(() => write(head[sent++ % head.length] ?? ''), 1000)
      return () => clearInterval(timer)
    }
    const slow = Promise.all(Array.from({ length: 50 }, () => converse(address(name), slowly)))
    let [over, asked, longest] = [false, 0, 0]
    slow.finally(() => {
      over = true
    })
    for (; !over; asked++) {
      const began = performance.now()
      expect((await ask(address(name))).status).toBe(200)
      longest = Math.max(longest, performance.now() - began)
    }
    const ends = (await slow).map(({ after }) => after)
    const [first, last] = [Math.min(...ends), Math.max(...ends)]
    process.stderr.write(
      `| ${name}: 50 slow heads | cut off after ${first} to ${last} ms | ${asked} others, ${Math.round(longest)} ms at most |\n`,
    )
    expect((await slow).map(({ said }) => said.split(' ')[1])).toEqual(Array(50).fill('408'))
    expect(first).toBeGreaterThan(2900)
    expect(last).toBeLessThan(6000)
    expect(asked).toBeGreaterThan(20)
  })

  test('the page of statistics is for those who know the password, and for no other address', async () => {
    const page = (user: string, word: string) =>
      ask(address(name), '/', { Authorization: `Basic ${Buffer.from(`${user}:${word}`).toString('base64')}` }, 8406)
    expect((await page('anna', password)).body).toContain('Statistics Report')
    expect((await page('anna', 'another')).status).toBe(401)
    expect((await page('bob', password)).status).toBe(401)
    expect((await ask(address(name), '/', {}, 8406)).status).toBe(401)
    expect(await fromOps(`http://${address(name)}:8406/`)).toBe('000')
    const modes = await does(lab.host(name), 'cd /etc/haproxy; stat -c "%U %a" stats-password haproxy.cfg')
    expect(modes).toBe('root 600\nroot 644')
  })

  test('metrics are for whom it was said, without the page', async () => {
    expect(await fromOps(`http://${address(name)}:8405/metrics`)).toMatch(/haproxy_process_nbthread .* 200$/s)
    expect(await fromOps(`http://${address(name)}:8405/`)).toBe('Only /metrics is here. 404')
    await expect(ask(address(name), '/metrics', {}, 8405)).rejects.toThrow()
    // Also where no firewall helps.
    await lab.host(name).sh('ufw allow proto tcp from any to any port 8405')
    await expect(ask(address(name), '/metrics', {}, 8405)).rejects.toThrow(/ECONNRESET|socket hang up/)
    await lab.host(name).sh('ufw delete allow proto tcp from any to any port 8405')
  })
})

test('whoever cannot be understood is told so in our words, from HAProxy 3.1 on', async () => {
  const babble = (write: (text: string) => void) => {
    write('this is no request\r\n\r\n')
    return () => {}
  }
  expect((await converse(address('lb1'), babble)).said).toMatch(/^HTTP\/1.1 400 /)
  expect((await converse(address('lb3'), babble)).said).toMatch(/^HTTP\/1.1 400 .*That was not understood/s)
})

test('a site has a page of its own instead', async () => {
  await mkdir(join(site.folder, 'templates/haproxy'), { recursive: true })
  await writeFile(join(site.folder, 'templates/haproxy/error.html'), '<p>{{ status }}: we are so sorry\n')
  expectDone(await provision())
  for (const name of balancers)
    expect(await ask(address(name), '/gone')).toMatchObject({
      ...{ status: 503, body: '<p>503: we are so sorry\n' },
      headers: { 'cache-control': 'no-store' },
    })
})
