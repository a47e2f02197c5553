import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { tryFrom } from '../firewall/support.ts'
import { type PracticeHost, usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import type { Site } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { audited, hardenedSite } from './support.ts'

const names = ['web1', 'web2'] as const
const lab = usePracticeHosts(['web1', { name: 'web2', release: 'trixie' }, 'stranger', 'other'])
const web = () => names.map(lab.host)

let site: Site
beforeAll(async () => {
  site = await hardenedSite(web())
  // SSH is for the management networks: a stranger may only try where everybody may.
  await site.describe(
    JSON.stringify({
      name: 'hardened',
      groups: {
        all: {
          base: {},
          hardening: { bans: { tries: 3 } },
          ufw: { rules: [{ port: 22, why: 'log-in from anywhere' }] },
        },
        web: { nginx: { sites: { it: { default: true, root: '/srv/www', content: { 'index.html': 'it\n' } } } } },
      },
    }),
  )
  expectDone(await site.fettle('provision', '--yes'))
  for (const name of ['stranger', 'other', 'web1', 'web2'])
    await does(lab.host(name), "[ -e /root/key ] || ssh-keygen -q -t ed25519 -N '' -f /root/key")
}, 900_000)

const banned = async (host: PracticeHost): Promise<readonly string[]> =>
  (await does(host, 'fail2ban-client get sshd banip')).split(/\s+/).filter((each) => each !== '')

/** Tries to log in with a key that nobody knows, so often. */
const knock = (as: string, to: PracticeHost, times: number) => `
for n in $(seq ${times}); do
  timeout 10 ssh -F none -i /root/key -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no \\
    -o UserKnownHostsFile=/dev/null -o ConnectTimeout=3 ${as}@${to.address} true 2>/dev/null && exit 1
done; :`

const ends = (to: PracticeHost) => [`${to.address} 22`, `${to.address} 80`]
const all = (to: PracticeHost, outcome: string) => Object.fromEntries(ends(to).map((end) => [end, outcome]))

test.each(names)('%s: a stranger who has no key is banned, from all ports', async (name) => {
  const [host, stranger] = [lab.host(name), lab.host('stranger')]
  expect(await tryFrom(stranger, ends(host))).toEqual(all(host, 'open'))
  await does(stranger, knock('root', host, 4))
  await expect.poll(() => banned(host), { timeout: 60_000 }).toEqual([stranger.address])
  const after = await tryFrom(stranger, ends(host))
  expect(Object.values(after)).not.toContain('open')
  expect(await tryFrom(lab.host('other'), ends(host))).toEqual(all(host, 'open'))
})

test.each(names)('%s: one who guesses names of accounts is, too', async (name) => {
  const [host, other] = [lab.host(name), lab.host('other')]
  await does(other, knock('admin', host, 4))
  await expect.poll(() => banned(host), { timeout: 60_000 }).toContain(other.address)
})

test.each(names)('%s: neither the controller nor a host of the site is banned, whatever they try', async (name) => {
  const host = lab.host(name)
  const neighbour = lab.host(name === 'web1' ? 'web2' : 'web1')
  await does(neighbour, knock('root', host, 8))
  await does(lab.host('stranger'), ':')
  const key = `${site.folder}/key-${name}`
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  await execa('sh', ['-c', knock('root', host, 8).replaceAll('/root/key', key)])
  // Whoever is passed over is written down as such.
  const ignored = async () =>
    (await does(host, 'cat /var/log/fail2ban.log'))
      .split('\n')
      .filter((line) => /Ignore/.test(line))
      .join('\n')
  const controller = host.address.replace(/\d+$/, '1')
  for (const address of [controller, neighbour.address])
    await expect.poll(ignored, { timeout: 60_000 }).toContain(` ${address} `)
  const now = await banned(host)
  for (const address of [controller, neighbour.address]) expect(now).not.toContain(address)
  expect(Object.values(await tryFrom(neighbour, ends(host)))).toEqual(['open', 'open'])
})

test('bans are no drift of the firewall: nothing is to be done, and it is as described', async () => {
  const told = await site.fettle('provision', '--yes', '--json')
  for (const name of names) expect(deedsOf(told, name)).toEqual(nothing)
  expect((await audited(site)).exit).toBe(0)
  const verified = await site.fettle('firewall', '--verify')
  expect([verified.exit, verified.stdout + verified.stderr]).toEqual([0, expect.any(String)])
})

test('bans outlive a reload of the firewall, and a restart of fail2ban', async () => {
  const host = lab.host('web1')
  const before = [...(await banned(host))].sort()
  await does(host, 'ufw reload && systemctl restart ufw && systemctl restart fail2ban')
  await expect.poll(async () => [...(await banned(host))].sort(), { timeout: 60_000 }).toEqual(before)
  expect(Object.values(await tryFrom(lab.host('stranger'), ends(host)))).not.toContain('open')
})
