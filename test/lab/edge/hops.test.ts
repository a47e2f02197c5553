import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { startLoadApart } from '../../load/support/apart.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { ask } from './ask.ts'
import { blog, selfSigned, shop, siteYml, type Wanted } from './hop-site.ts'
import { balancerOfEachRelease } from './releases.ts'

const lab = usePracticeHosts([...balancerOfEachRelease, 'web1', { name: 'web2', release: 'trixie' }])
const [balancers, servers] = [
  balancerOfEachRelease.map((host) => (typeof host === 'string' ? host : host.name)),
  ['web1', 'web2'],
]
const names = [...balancers, ...servers]
const address = (name: string) => lab.host(name).address

let site: Site
let front = ''
const done = async (...args: readonly string[]) => expectDone(await site.fettle(...args))
const describeSite = async (wanted: Wanted) => {
  await site.describe(siteYml(wanted))
  await done('provision', '--yes')
}

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { lb: balancers.map(lab.host), web: servers.map(lab.host) },
    variables: { fettle_management: [managementOf(lab.host('lb1'))] },
  })
  for (const folder of ['keys', 'pages', 'blog/public', 'shop'])
    await mkdir(join(site.folder, folder), { recursive: true })
  front = await selfSigned('shop.test')
  await writeFile(join(site.folder, 'keys/front.pem'), `${front}\n`, { mode: 0o600 })
  await writeFile(join(site.folder, 'pages/index.html'), '<!doctype html><title>pages</title>')
  await writeFile(join(site.folder, 'blog/public/index.php'), blog)
  await writeFile(join(site.folder, 'shop/main.mjs'), shop)
  await done('secrets', 'init')
  await done('provision', '--yes')
  for (const app of ['pages', 'blog', 'shop']) await done('deploy', app, '--version', 'v1', '--yes')
}, 900_000)

/** What `lb status` says of each server, on each balancer: `lb1 docs/web1 UP`. */
const seats = async (about: RegExp): Promise<readonly string[]> => {
  const { stdout } = await site.fettle('lb', 'status', '--json')
  const { views } = JSON.parse(stdout.split('\n').find((each) => each.includes('"balancers"')) ?? '{}') as {
    views: { balancer: string; seats: { backend: string; server: string; status: string; current: boolean }[] }[]
  }
  return views
    .flatMap(({ balancer, seats }) =>
      seats
        .filter(({ current }) => current)
        .map(({ backend, server, status }) => `${balancer} ${backend}/${server} ${status.split(' ')[0]}`),
    )
    .filter((line) => about.test(line))
}
const everywhere = (...lines: readonly string[]) => balancers.flatMap((name) => lines.map((line) => `${name} ${line}`))
const become = (about: RegExp, lines: readonly string[]) =>
  expect.poll(async () => (await seats(about)).toSorted(), { timeout: 30_000 }).toEqual([...lines].toSorted())

const paths = ['/', '/pages', '/blog', '/shop']
const pages = paths.map((path) => ({ path, contains: path.slice(1) || 'docs' }))
const underLoad = async (what: string, act: () => Promise<unknown>) => {
  const loads = await Promise.all(
    balancers.map((name) =>
      startLoadApart({ url: `http://${address(name)}`, pages, streams: { download: null, order: null } }),
    ),
  )
  await act()
  const results = await Promise.all(loads.map((load) => load.stop()))
  const sum = (of: 'requests' | 'failed') => results.reduce((all, result) => all + result[of], 0)
  process.stderr.write(`| ${what} | ${sum('requests')} requests | ${sum('failed')} failed |\n`)
  expect(results.flatMap(({ examples }) => examples)).toEqual([])
  expect(results.map(({ failures }) => failures)).toEqual(balancers.map(() => ({})))
  expect(sum('requests')).toBeGreaterThan(100)
}

test('all are served by every balancer, and there is nothing more to do', async () => {
  for (const name of balancers)
    for (const { path, contains } of pages)
      expect(await ask(address(name), path)).toMatchObject({ status: 200, body: expect.stringContaining(contains) })
  expect(await seats(/./)).toHaveLength(36)
  expect(await seats(/ UP$/)).toHaveLength(36)
  const told = await site.fettle('provision', '--yes', '--json')
  for (const name of names) expect(deedsOf(told, name)).toEqual(nothing)
})

/** What comes to the servers of a host meanwhile, as whoever is on the way sees it. */
const overheard = async (name: string, act: () => Promise<unknown>) => {
  const host = lab.host(name)
  const ports = 'portrange 8443-8446 or portrange 3000-3001'
  await does(host, 'command -v tcpdump >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get -qq -y install tcpdump')
  await does(
    host,
    `systemd-run -q -u hops sh -c 'exec tcpdump -i host0 --immediate-mode -U -Z root -w /root/hops.pcap ${ports} 2>/root/hops.log'`,
  )
  await expect.poll(() => host.sh('grep "listening on" /root/hops.log')).toMatchObject({ exit: 0 })
  await act()
  await does(host, 'systemctl stop hops')
  const words = '(GET|POST) /[^ ]*|x-release: [^ ]*|shop of|blog over|>pages<'
  const said = await does(host, `LC_ALL=C grep -aoE '${words}' /root/hops.pcap; :`)
  const packets = await does(host, 'tcpdump -nr /root/hops.pcap "tcp[13] & 8 != 0" 2>/dev/null')
  const heard = [...packets.matchAll(/ > [\d.]+\.(\d+): /g)].map(([, port]) => Number(port))
  return { said: [...new Set(said.split('\n'))].toSorted(), ports: new Set(heard) }
}

test('whoever listens on the way reads nothing of it', async () => {
  const { said, ports } = await overheard('web1', async () => {
    for (const name of balancers)
      for (const path of [...paths, '/late']) for (let count = 0; count < 4; count++) await ask(address(name), path)
  })
  for (const port of [8443, 8444, 8445, 3000, 3001]) expect(ports).toContain(port)
  // One backend still speaks plain HTTP: the witness can read.
  expect(said).toEqual(['GET /healthz', 'GET /late'])
})

test('whoever comes with plain HTTP is not served', async () => {
  for (const port of [8443, 8444, 8445, 3000, 3001]) {
    const { stdout } = await lab
      .host('lb1')
      .sh(
        `timeout 3 bash -c 'exec 3<>/dev/tcp/${address('web1')}/${port}; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
      )
    expect([port, stdout]).toEqual([port, expect.not.stringMatching(/docs|pages|blog|shop/)])
    expect([port, stdout]).toEqual([port, expect.not.stringContaining('200 OK')])
  }
})

test('the authority lists what it has issued for it', async () => {
  const { stdout } = await site.fettle('certificates', '--json')
  const entries = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).entry]))
  for (const name of servers)
    expect(entries).toEqual(expect.arrayContaining([`ca.${name}.nginx`, `ca.${name}.app-shop`]))
})

const nginxShows = (name: string, from: string) =>
  does(lab.host(name), `cd /etc/nginx/tls && ${from} && nginx -t 2>/dev/null && systemctl reload nginx`)
const ofNginx = /(docs|pages|blog)\/web2/
const forWeb2 = ['docs/web2', 'pages/web2-8444', 'blog/web2-8445']

describe.each([
  [
    'for another name',
    'Server presented an SSL certificate different from the configured one',
    'cp /etc/fettle/certificates/other.pem server.pem && cp /etc/fettle/certificates/other.key server.key',
  ],
  [
    'of an unknown authority',
    'SSL handshake failure',
    'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.pem -subj /CN=web2 -addext subjectAltName=DNS:web2 2>/dev/null',
  ],
])('a certificate %s', (what, why, from) => {
  test('takes a server out of rotation, which is said, and no request fails', async () => {
    await underLoad(`a certificate ${what}`, async () => {
      await nginxShows('web2', from)
      await become(ofNginx, everywhere(...forWeb2.map((server) => `${server} DOWN`)))
      for (let count = 0; count < 10; count++)
        for (const name of balancers) expect((await ask(address(name))).headers['x-served-by']).toBe('web1')
    })
    const { stdout } = await site.fettle('lb', 'status')
    expect(stdout).toContain(`DOWN (L6RSP: ${why})`)
  })

  test('is put right by the next provision', async () => {
    await done('provision', '--yes')
    await become(ofNginx, everywhere(...forWeb2.map((server) => `${server} UP`)))
  })
})

const serials = async (): Promise<readonly string[]> => {
  const ports = [8443, 3000, 3001]
  const of = (name: string) =>
    does(
      lab.host(name),
      ports
        .map(
          (port) => `openssl s_client -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
        )
        .join('\n'),
    )
  return (await Promise.all(servers.map(of))).flatMap((said) => said.split('\n'))
}

test('deploys and renewals fail no request', async () => {
  const before = await serials()
  await underLoad('deploys and renewed certificates', async () => {
    for (const app of ['pages', 'blog', 'shop']) await done('deploy', app, '--version', 'v2', '--yes')
    await describeSite({ ca: { days: 365, renewBefore: 364 } })
  })
  const after = await serials()
  expect(after).toHaveLength(6)
  for (const [index, serial] of after.entries()) expect(serial).not.toBe(before[index])
  expect(await seats(/ UP$/)).toHaveLength(36)
}, 600_000)

test('a backend that begins to speak TLS does so at once, and what is drained stays so', async () => {
  await done('lb', 'drain', 'web2', '--yes')
  await describeSite({ late: true, ca: { days: 365, renewBefore: 364 } })
  await become(/late/, everywhere('late/web1 UP', 'late/web2 MAINT'))
  const { said, ports } = await overheard('web1', async () => {
    for (const name of balancers) expect((await ask(address(name), '/late')).status).toBe(200)
  })
  expect(ports).toContain(8446)
  expect(said).toEqual([''])
  await done('lb', 'ready', 'web2', '--yes')
  await become(/late/, everywhere('late/web1 UP', 'late/web2 UP'))
})

test.each([false, true])('an app that speaks TLS (%o) from one provision on is served again after it', async (app) => {
  await describeSite({ late: true, app, ca: { days: 365, renewBefore: 364 } })
  expect(await seats(/shop.* UP$/)).toHaveLength(12)
  for (const name of balancers) expect((await ask(address(name), '/shop')).status).toBe(200)
  const told = await site.fettle('provision', '--yes', '--json')
  for (const name of names) expect(deedsOf(told, name)).toEqual(nothing)
})

/** The cookie that a visitor is given who comes over TLS. */
const cookieOf = (name: string): Promise<readonly string[] | undefined> =>
  new Promise((resolve, reject) => {
    const to = { host: address(name), servername: 'shop.test', ca: front, agent: false, timeout: 10_000 }
    request({ ...to, path: '/', headers: { host: 'shop.test' } }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.headers['set-cookie']))
    })
      .on('error', reject)
      .end()
  })

test.each(balancers)('%s sends its cookie over TLS alone to whoever came over it', async (name) => {
  expect(await cookieOf(name)).toEqual([expect.stringMatching(/^server-docs=[0-9a-f]{12}; path=\/; HttpOnly; Secure$/)])
  expect((await ask(address(name))).headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly$/)])
})
