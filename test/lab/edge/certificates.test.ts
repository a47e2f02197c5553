import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { rootOf, startComing } from './handshakes.ts'

const lab = usePracticeHosts(['lb1', { name: 'lb2', release: 'trixie' }, 'web1', 'ca1'])
const balancers = ['lb1', 'lb2'] as const
const names = ['shop.test', 'www.shop.test', 'api.shop.test']

interface Wanted {
  readonly letsencrypt?: object
  readonly pebble?: object
}

const siteYml = ({ letsencrypt = {}, pebble = {} }: Wanted = {}) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      lb: {
        haproxy: {
          frontends: { web: { backend: 'docs', tls: { certificates: ['shop'] } } },
          backends: { docs: { app: 'docs' } },
        },
        letsencrypt: { directory: 'practice', every: '5s', certificates: { shop: { names } }, ...letsencrypt },
        keepalived: { addresses: { www: { address: { number: 200, length: 24 } } } },
      },
      web: { nginx: {}, static: { apps: { docs: { balancers: 'lb', source: { folder: 'docs' } } } } },
      authority: { pebble },
    },
  })

interface Certificate {
  readonly host: string
  readonly serial: string | null
  readonly troubles: readonly string[]
}

let site: Site
const www = () => lab.host('lb1').address.replace(/\d+$/, '200')
const root = () => rootOf(lab.host('ca1').address)
const certificates = async (...more: readonly string[]): Promise<readonly Certificate[]> => {
  const { stdout } = await site.fettle('certs', ...more, '--json')
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"host"'))
    .map((line) => JSON.parse(line))
}
const troubles = async () =>
  (await certificates()).flatMap(({ host, troubles }) => troubles.map((each) => `${host}: ${each}`))
const well = () => expect.poll(troubles, { timeout: 120_000, interval: 2000 }).toEqual([])
const serials = async () => new Map((await certificates()).map(({ host, serial }) => [host, serial]))
const describe = async (wanted: Wanted, hosts = 'lb,authority') => {
  await site.describe(siteYml(wanted))
  expectDone(await site.fettle('provision', '-l', hosts, '--yes'))
}
const measured = (what: string, figures: object) => process.stderr.write(`| ${what} | ${JSON.stringify(figures)} |\n`)

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { lb: balancers.map(lab.host), web: [lab.host('web1')], authority: [lab.host('ca1')] },
    variables: { fettle_management: [managementOf(lab.host('lb1'))] },
  })
  await mkdir(join(site.folder, 'docs'))
  await writeFile(join(site.folder, 'docs/index.html'), '<!doctype html><title>docs</title>')
  expectDone(await site.fettle('secrets', 'init'))
  expectDone(await site.fettle('provision', '--yes', '-l', 'lb,web'))
}, 900_000)

test('without an authority the site is there all the same, with a certificate of its own', async () => {
  expectDone(await site.fettle('deploy', 'docs', '--version', 'v1', '--yes'))
  const found = await certificates()
  expect(found.map(({ host, serial }) => [host, serial])).toEqual(balancers.map((host) => [host, null]))
  for (const { troubles } of found)
    expect(troubles[0]).toBe('shop is still to be issued; until then browsers refuse what is shown')
  const coming = startComing({ address: lab.host('lb1').address, name: 'shop.test', ca: '', perSecond: 5 })
  await expect.poll(async () => (await coming.stop()).failures.join()).toMatch(/self-signed certificate/)
})

test('each gets one of its own for all names, whichever of them the challenges reach; then there is nothing more to do', async () => {
  expectDone(await site.fettle('provision', '--yes'))
  await well()
  await writeFile(join(site.folder, 'root.pem'), await root())
  expect(await certificates('check', '--ca', 'root.pem')).toMatchObject(
    balancers.map((host) => ({ host, troubles: [] })),
  )
  expect((await site.fettle('certs', 'check')).exit).toBe(3) // nobody else trusts an authority for practice
  const found = await serials()
  expect(new Set(found.values()).size).toBe(2)
  const told = await site.fettle('provision', '--yes', '--json')
  for (const host of balancers) expect(deedsOf(told, host)).toEqual(nothing)
})

test('keys are for root alone, and did not come from here', async () => {
  for (const name of balancers) {
    const { stdout } = await lab
      .host(name)
      .sh('stat -c "%a %U" /etc/haproxy/certificates /etc/haproxy/certificates/shop.pem /etc/fettle/letsencrypt/*')
    expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['700 root', '600 root']))
  }
})

test('plain requests are sent to HTTPS, which browsers remember; HTTP/2 is spoken', async () => {
  const plain = await new Promise<{ status: number | undefined; location: string | undefined }>((resolve) =>
    request({ host: www(), path: '/a?b=c', headers: { host: 'shop.test' } }, ({ statusCode, headers }) =>
      resolve({ status: statusCode, location: headers.location }),
    ).end(),
  )
  expect(plain).toEqual({ status: 301, location: 'https://shop.test/a?b=c' })
  const session = connect(`https://shop.test`, { host: www(), servername: 'shop.test', ca: await root() } as object)
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    session.on('error', reject)
    session.request({ ':path': '/' }).on('response', resolve)
  }).finally(() => session.destroy())
  expect(headers).toMatchObject({ ':status': 200, 'strict-transport-security': 'max-age=63072000' })
})

test('one that is swapped: of 200 new handshakes a second none fails', async () => {
  const before = await serials()
  const ca = await root()
  const coming = balancers.map((name) =>
    startComing({ address: lab.host(name).address, name: 'shop.test', ca, perSecond: 100 }),
  )
  expectDone(await site.fettle('certs', 'renew', '--yes'))
  const came = await Promise.all(coming.map((each) => each.stop()))
  measured(
    'swapped',
    came.map(({ times, seconds, failures }) => ({ handshakes: times, seconds, failed: failures.length })),
  )
  expect(came.flatMap(({ failures }) => failures)).toEqual([])
  expect(came.map(({ serials }) => serials.length)).toEqual([2, 2])
  const after = await serials()
  for (const host of balancers) expect(after.get(host)).not.toBe(before.get(host))
}, 300_000)

test('one that is shown no more, as after a reload in a bad moment, is shown again', async () => {
  const lb1 = lab.host('lb1')
  await does(lb1, 'systemctl stop fettle-letsencrypt.timer && cp -p /etc/haproxy/certificates/shop.pem /root/shop.pem')
  expectDone(await site.fettle('certs', 'renew', '-l', 'lb1', '--yes'))
  await does(
    lb1,
    `cd /etc/haproxy/certificates && cp -p shop.pem /root/new.pem && cp -p /root/shop.pem shop.pem &&
     /usr/local/lib/fettle/haproxy-certificate show shop && cp -p /root/new.pem shop.pem`,
  )
  expect(await troubles()).toEqual([expect.stringMatching(/^lb1: shop is shown as \w+, and lies there as \w+$/)])
  await does(lb1, 'systemctl start fettle-letsencrypt.timer')
  await well()
})

test('two minutes of life, renewed three times with nobody at the controller: no handshake and no request fails', async () => {
  await describe({ pebble: { validity: 120 } })
  expectDone(await site.fettle('certs', 'renew', '--yes'))
  const ca = await root()
  const coming = balancers.map((name) =>
    startComing({ address: lab.host(name).address, name: 'www.shop.test', ca, perSecond: 20 }),
  )
  await expect
    .poll(() => Math.min(...coming.map((each) => each.serials().length)), { timeout: 400_000, interval: 1000 })
    .toBeGreaterThanOrEqual(4)
  const came = await Promise.all(coming.map((each) => each.stop()))
  measured(
    'renewed three times',
    came.map(({ times, failures, serials }) => ({ times, failed: failures.length, serials: serials.length })),
  )
  expect(came.flatMap(({ failures }) => failures)).toEqual([])
}, 600_000)

/**
 * What a test CA alone is to blame for: nobody knows its root, it has no lists of revoked certificates, and no transparency log.
 * And BREACH: what it finds compressed is a page that is the same for everybody.
 */
const ofPractice =
  /^(BREACH|cert_chain_of_trust|cert_trust|cert_crlDistributionPoints|cert_ocspURL|cert_revocation|certificate_transparency|overall_grade|grade_cap_reason_\d|DNS_CAArecord|cert_caIssuers|OCSP_stapling|cert_expirationStatus|cert_notAfter)$/

interface Finding {
  readonly id: string
  readonly severity: string
  readonly finding: string
}

test('a second witness, testssl.sh: nothing worse than LOW, and the protocols that are meant', async () => {
  await describe({})
  expectDone(await site.fettle('certs', 'renew', '--yes'))
  const web1 = lab.host('web1')
  await does(web1, 'export DEBIAN_FRONTEND=noninteractive; apt-get -qq -y install testssl.sh')
  await does(web1, `echo '${www()} shop.test' >>/etc/hosts`)
  await web1.sh(
    'rm -f /root/found.json; testssl --quiet --color 0 --jsonfile /root/found.json https://shop.test >/root/testssl.txt 2>&1',
  )
  const findings: readonly Finding[] = JSON.parse((await web1.sh('cat /root/found.json')).stdout)
  const of = (id: string) => findings.find((each) => each.id === id)?.finding
  expect(
    Object.fromEntries(['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2', 'TLS1_3'].map((id) => [id, of(id)])),
  ).toEqual({
    ...{ SSLv2: 'not offered', SSLv3: 'not offered', TLS1: 'not offered', TLS1_1: 'not offered' },
    ...{ TLS1_2: 'offered', TLS1_3: 'offered with final' },
  })
  const worse = findings.filter(({ severity }) => ['MEDIUM', 'HIGH', 'CRITICAL', 'WARN'].includes(severity))
  measured('testssl.sh', { findings: findings.length, worse: worse.map(({ id, severity }) => `${id} ${severity}`) })
  expect(worse.filter(({ id }) => !ofPractice.test(id.split(' ')[0] ?? ''))).toEqual([])
}, 600_000)
