import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'

const lab = usePracticeHosts([{ name: 'lb1', release: 'trixie' }, 'ca1'])
const names = ['shop.test', '*.shop.test']
const key = randomBytes(32).toString('base64')

const siteYml = (server: string) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      lb: {
        haproxy: {
          frontends: { web: { backend: 'docs', tls: { certificates: ['shop'] } } },
          backends: { docs: { group: 'authority' } },
        },
        letsencrypt: {
          ...{ directory: 'practice', every: '1h', certificates: { shop: { names } } },
          dns: { server, zone: 'shop.test', key: 'fettle', secret: 'env:DNS_KEY' },
        },
      },
      authority: { pebble: {} },
    },
  })

/** A name server for `shop.test` that takes updates from whoever has the key, and an authority that asks it. */
const nameServer = `export DEBIAN_FRONTEND=noninteractive
apt-get -qq -y install bind9
cat >/etc/bind/named.conf.local <<'END'
key fettle { algorithm hmac-sha256; secret "${key}"; };
zone "shop.test" { type primary; file "/var/lib/bind/shop.test"; allow-update { key fettle; }; };
END
cat >/var/lib/bind/shop.test <<'END'
$TTL 60
@ SOA ns hostmaster 1 60 60 3600 60
@ NS ns
ns A 127.0.0.1
END
chown bind: /var/lib/bind/shop.test
named-checkconf
systemctl restart named
mkdir -p /etc/systemd/system/pebble.service.d
cat >/etc/systemd/system/pebble.service.d/dns.conf <<'END'
[Service]
ExecStart=
ExecStart=/usr/bin/pebble -config /etc/pebble/config.json -dnsserver 127.0.0.1:53
END
systemctl daemon-reload
systemctl restart pebble`

let site: Site
const certificate = async () => {
  const { stdout } = await site.fettle('certs', '--json')
  return JSON.parse(stdout.split('\n').find((line) => line.startsWith('{"host"')) ?? '{}')
}
const renew = () => lab.host('lb1').sh('/usr/local/lib/fettle/letsencrypt/renew --now')

beforeAll(async () => {
  process.env.DNS_KEY = key
  site = await useSite({
    siteYml: siteYml(lab.host('ca1').address),
    hosts: { lb: [lab.host('lb1')], authority: [lab.host('ca1')] },
  })
  expectDone(await site.fettle('secrets', 'init'))
  expectDone(await site.fettle('provision', '-l', 'authority', '--yes'))
  await does(lab.host('ca1'), nameServer)
  expectDone(await site.fettle('provision', '-l', 'lb', '--yes'))
}, 900_000)

test('a wildcard is proven by an update of the DNS, which is taken back', async () => {
  await expect.poll(async () => (await certificate()).troubles, { timeout: 120_000 }).toEqual([])
  const { stdout } = await lab
    .host('lb1')
    .sh('openssl x509 -in /etc/haproxy/certificates/shop.pem -noout -ext subjectAltName')
  for (const name of names) expect(stdout).toContain(`DNS:${name}`)
  const left = await lab.host('ca1').sh('rndc sync -clean && grep -c TXT /var/lib/bind/shop.test')
  expect(left.stdout.trim()).toBe('0')
})

test('a name server that does not know the key, and one that is away', async () => {
  await does(
    lab.host('ca1'),
    `sed -i 's|secret ".*"|secret "${randomBytes(32).toString('base64')}"|' /etc/bind/named.conf.local && systemctl restart named`,
  )
  expect((await renew()).exit).toBe(1)
  expect((await certificate()).troubles).toEqual([
    expect.stringMatching(/^shop is not renewed: the name server .* \(once, again after /),
  ])
  await does(lab.host('ca1'), 'systemctl stop named')
  expect((await renew()).exit).toBe(1)
  expect((await certificate()).troubles).toEqual([
    expect.stringMatching(/^shop is not renewed: the name server \S+ does not answer: .* \(2 times/),
  ])
}, 120_000)
