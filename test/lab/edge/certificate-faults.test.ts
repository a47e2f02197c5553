import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { askedFor, frontPort, type Refusal, refuse } from './front.ts'
import { rootOf, startComing } from './handshakes.ts'

const lab = usePracticeHosts(['lb1', 'ca1', 'web1'])
const names = ['shop.test', 'www.shop.test']
const lb1 = () => lab.host('lb1')
const ca1 = () => lab.host('ca1')

const siteYml = (letsencrypt: object = {}, pebble: object = {}, haproxy: object = {}) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      lb: {
        ca: {},
        haproxy: {
          frontends: { web: { backend: 'docs', tls: { certificates: ['shop'] } } },
          backends: { docs: { app: 'docs' } },
          ...haproxy,
        },
        letsencrypt: {
          directory: 'practice',
          every: '1h',
          ask: true,
          certificates: { shop: { names } },
          ...letsencrypt,
        },
      },
      web: { nginx: {}, static: { apps: { docs: { balancers: 'lb', source: { folder: 'docs' } } } } },
      authority: { pebble },
    },
  })

let site: Site
let root: string

const provisioned = async (letsencrypt: object = {}, pebble: object = {}, haproxy: object = {}) => {
  await site.describe(siteYml(letsencrypt, pebble, haproxy))
  expectDone(await site.fettle('provision', '-l', 'lb,authority', '--yes'))
}
const troubles = async (): Promise<readonly string[]> => {
  const { stdout } = await site.fettle('certs', '--json')
  const line = stdout.split('\n').find((each) => each.startsWith('{"host"')) ?? '{}'
  return JSON.parse(line).troubles
}
/** As its timer would. */
const renew = (...what: readonly string[]) => lb1().sh(`/usr/local/lib/fettle/letsencrypt/renew ${what.join(' ')}`)
const through = () => ({
  directory: `https://${ca1().address}:${frontPort}/dir`,
  authority: '/etc/fettle/ca.pem',
})
const leadTo = (address: string) =>
  does(lb1(), `sed -i '/shop[.]test/d' /etc/hosts; echo '${address} ${names.join(' ')}' >>/etc/hosts`)

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(),
    hosts: { lb: [lb1()], web: [lab.host('web1')], authority: [ca1()] },
  })
  await mkdir(join(site.folder, 'docs'))
  await writeFile(join(site.folder, 'docs/index.html'), '<!doctype html><title>docs</title>')
  expectDone(await site.fettle('secrets', 'init'))
  await leadTo(lb1().address)
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('deploy', 'docs', '--version', 'v1', '--yes'))
}, 900_000)

/** A certificate of the authority as it is now, that is shown, and nothing wrong. */
beforeEach(async () => {
  await provisioned()
  await does(ca1(), listening)
  await does(lb1(), '/usr/local/lib/fettle/letsencrypt/renew --now')
  expect(await troubles()).toEqual([])
  root = await rootOf(ca1().address)
}, 120_000)

const listening = `until bash -c ': <>/dev/tcp/127.0.0.1/14000' 2>/dev/null; do sleep 0.2; done`
const restarted = `systemctl restart pebble && ${listening}`

/** What goes wrong with the authority leaves what is shown as it was. */
const stillShown = async () => {
  const coming = startComing({ address: lb1().address, name: 'shop.test', ca: root, perSecond: 10 })
  await expect.poll(() => coming.serials().length).toBe(1)
  expect(await coming.stop()).toMatchObject({ failures: [] })
}

test('an authority that rejects nine of ten nonces: it is tried again, as long as it takes or until it is too much', async () => {
  await does(
    ca1(),
    `mkdir -p /run/systemd/system/pebble.service.d &&
     printf '[Service]\\nEnvironment=PEBBLE_WFE_NONCEREJECT=90\\n' >/run/systemd/system/pebble.service.d/rejects.conf
     systemctl daemon-reload && ${restarted}`,
  )
  try {
    const ran = await renew('--now')
    const came = await troubles()
    // Ten tries for each of some dozen questions: either is possible, and nothing else.
    if (ran.exit === 0) expect(came).toEqual([])
    else expect(came).toEqual([expect.stringMatching(/^shop is not renewed: .*\(badNonce\) \(once, again after /)])
  } finally {
    await does(ca1(), `rm -r /run/systemd/system/pebble.service.d; systemctl daemon-reload && ${restarted}`)
  }
  await does(lb1(), '/usr/local/lib/fettle/letsencrypt/renew --now')
  expect(await troubles()).toEqual([])
})

test('an authority that is away: what there is stays, and provisioning does not mind', async () => {
  await does(ca1(), 'systemctl stop pebble')
  expect((await renew('--now')).exit).toBe(1)
  expect(await troubles()).toEqual([
    expect.stringMatching(/^shop is not renewed: .*Connection refused \(once, again after /),
  ])
  await stillShown()
  expectDone(await site.fettle('provision', '-l', 'lb', '--yes'))
  await does(ca1(), restarted)
})

const refusals: readonly [string, Refusal, RegExp][] = [
  [
    'that a CAA record forbids',
    { path: '/finalize-order', status: 403, error: 'caa', detail: 'CAA record for shop.test prevents issuance' },
    /CAA record for shop\.test prevents issuance \(caa\)/,
  ],
  [
    'to an account that it refuses',
    { path: '/order-plz', status: 403, error: 'unauthorized', detail: 'account is deactivated' },
    /account is deactivated \(unauthorized\)/,
  ],
  [
    'whose service hangs itself up',
    { path: '/order-plz', status: 500, error: 'serverInternal', detail: 'be right back' },
    /be right back \(serverInternal\)/,
  ],
]

test.each(refusals)('nothing is issued %s: said, and not asked again soon', async (_, refusal, said) => {
  await refuse(ca1(), refusal)
  await provisioned(through())
  await expect.poll(troubles, { timeout: 60_000 }).toEqual([expect.stringMatching(said)])
  const asked = await askedFor(ca1(), refusal.path)
  for (const _ of [1, 2, 3]) expect((await renew()).exit).toBe(1)
  expect(await askedFor(ca1(), refusal.path)).toBe(asked)
  await stillShown()
})

test('a limit of the authority: it says when that ends, and not even --now asks before', async () => {
  const limit = {
    path: '/order-plz',
    status: 429,
    error: 'rateLimited',
    detail: 'too many certificates',
    retryAfter: '7200',
  } as const
  await refuse(ca1(), limit)
  await provisioned(through())
  const again = new RegExp(`too many certificates \\(rateLimited\\) \\(once, again after ${hoursFromNow(2)}`)
  await expect.poll(troubles, { timeout: 60_000 }).toEqual([expect.stringMatching(again)])
  const asked = await askedFor(ca1(), limit.path)
  expect((await renew('--now')).stderr).toMatch(/too many certificates \(rateLimited\); not tried again before /)
  expect(await askedFor(ca1(), limit.path)).toBe(asked)
  await stillShown()
})

const hoursFromNow = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 13)

test('a name that does not lead here: said before the authority is asked', async () => {
  const orders = async () => Number((await ca1().sh('journalctl -u pebble | grep -c /order-plz')).stdout)
  const before = await orders()
  await leadTo(lab.host('web1').address)
  expect((await renew('--now')).exit).toBe(1)
  const where = `at ${lab.host('web1').address} somebody else answers`
  expect((await troubles())[0]).toContain(`shop.test does not lead here: ${where}`)
  await does(lb1(), "sed -i '/shop[.]test/d' /etc/hosts")
  expect((await renew('--now')).exit).toBe(1)
  expect((await troubles())[0]).toContain('shop.test does not lead here: it has no address')
  expect(await orders()).toBe(before)
  await leadTo(lb1().address)
})

test('a file of the authority that is not there', async () => {
  await provisioned({ ...through(), authority: '/etc/fettle/none.pem' })
  const said = /^shop is not renewed: OSError: .*none\.pem \(once, again after /
  await expect.poll(troubles, { timeout: 60_000 }).toEqual([expect.stringMatching(said)])
  await stillShown()
})

test('names of which the authority finds nothing', async () => {
  const servfail = (what: 'set' | 'clear') =>
    does(
      ca1(),
      `python3 - <<'END'
import json, urllib.request
urllib.request.urlopen('http://127.0.0.1:8055/${what}-servfail', json.dumps({'host': 'www.shop.test.'}).encode())
END`,
    )
  await servfail('set')
  expect((await renew('--now')).exit).toBe(1)
  expect((await troubles())[0]).toMatch(
    /^shop is not renewed: www\.shop\.test: .*\((dns|unknownHost|connection)\) \(once, again after /,
  )
  await stillShown()
  await servfail('clear')
})

test('an account that must be bound to one elsewhere', async () => {
  const key = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
  const external = { id: 'kid-1', key: 'env:EAB_KEY' }
  process.env.EAB_KEY = key
  await provisioned({}, { external })
  await does(ca1(), listening)
  expect((await renew('--now')).exit).toBe(1)
  expect((await troubles())[0]).toMatch(/\(externalAccountRequired\) \(once, again after /)
  await provisioned({ external }, { external })
  await does(lb1(), '/usr/local/lib/fettle/letsencrypt/renew --now')
  expect(await troubles()).toEqual([])
})

test('keys of RSA, and back', async () => {
  const kind = async () =>
    (
      await lb1().sh(
        "openssl x509 -in /etc/haproxy/certificates/shop.pem -noout -text | sed -n 's/ *Public Key Algorithm: //p'",
      )
    ).stdout.trim()
  expect(await kind()).toBe('id-ecPublicKey')
  await provisioned({ key: 'rsa' })
  await does(lb1(), '/usr/local/lib/fettle/letsencrypt/renew --now')
  expect(await kind()).toBe('rsaEncryption')
  await stillShown()
})

/** Key and certificate that somebody brings, good for a name. */
const brought = async (name: string): Promise<string> => {
  const { stdout } = await execa('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '9'],
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', '-', '-out', '-'],
  ])
  return stdout
}

test('one is issued in the place of one that was brought: visitors see the one, then the other, and nothing else', async () => {
  const pem = await brought('www.shop.test')
  await mkdir(join(site.folder, 'keys'), { recursive: true })
  await writeFile(join(site.folder, 'keys/shop.pem'), pem, { mode: 0o600 })
  const shows = { frontends: { web: { backend: 'docs', tls: { certificates: ['shop', 'www'] } } } }
  await provisioned({}, {}, { ...shows, certificates: { www: 'file:keys/shop.pem' } })
  const coming = startComing({ address: lb1().address, name: 'www.shop.test', ca: `${pem}\n${root}`, perSecond: 20 })
  await expect.poll(() => coming.serials().length).toBe(1)
  await provisioned({ certificates: { shop: { names: ['shop.test'] }, www: { names: ['www.shop.test'] } } }, {}, shows)
  await expect.poll(() => coming.serials().length, { timeout: 60_000 }).toBe(2)
  expect(await coming.stop()).toMatchObject({ failures: [] })
  expect(await troubles()).toEqual([])
})
