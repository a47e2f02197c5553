import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { releasesForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, nothing, planOf, resultOf } from '../support/told.ts'

const lab = usePracticeHosts([
  ...releasesForThisRun.map((release) => ({ name: release, release })),
  { name: 'socket', release: 'trixie' },
  'walled',
])
const dropIn = '/etc/ssh/sshd_config.d/00-fettle.conf'
const key = `file:${dropIn}`

describe.each(releasesForThisRun)('sshd of %s', (release) => {
  const host = () => lab.host(release)
  let site: Site

  const describeSsh = (ssh: object) =>
    site.describe(
      JSON.stringify({
        name: 'ssh',
        groups: { web: { base: { packages: [], securityUpgrades: { enabled: false }, ssh } } },
      }),
    )

  /** The inventory's way in: another port, another file of known hosts. */
  const comeIn = async (change: object) => {
    const file = join(site.folder, 'inventory/lab.yml')
    const inventory = JSON.parse(await readFile(file, 'utf8'))
    Object.assign(inventory.all.children.web.hosts[release], change)
    await writeFile(file, JSON.stringify(inventory))
  }

  const provision = () => site.fettle('provision', '--yes', '--json')
  const deeds = async () => deedsOf(await provision(), release)
  /** As Fettle comes in, on whatever port that is. */
  const asRoot = async (script: string) => {
    const { stdout, stderr } = await site.fettle('exec', '--', script)
    expect(stderr).toBe('')
    return stdout.split('\n').slice(1).join('\n')
  }
  const effective = async (...keywords: readonly string[]) =>
    (await asRoot(`sshd -T | grep -E '^(${keywords.join('|')}) ' | sort`)).trimEnd().split('\n')

  beforeAll(async () => {
    site = await useSite({ siteYml: '', hosts: { web: [host()] }, variables: { fettle_confirm_timeout: 20 } })
    await describeSsh({})
    await host().sh(`echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/50-cloud-init.conf`)
  })

  test('is hardened as it says itself, whatever a cloud image brought, and once', async () => {
    expect(await deeds()).toMatchObject({ exit: 0, reacted: expect.arrayContaining(['restart ssh.service']) })
    const words = ['passwordauthentication', 'kbdinteractiveauthentication', 'permitrootlogin', 'maxsessions']
    expect(await effective(...words, 'logingracetime', 'allowtcpforwarding', 'maxstartups')).toEqual([
      'allowtcpforwarding local',
      'kbdinteractiveauthentication no',
      'logingracetime 30',
      'maxsessions 10',
      'maxstartups 60:30:120',
      'passwordauthentication no',
      'permitrootlogin no',
    ])
    const lists = (await effective('kexalgorithms', 'ciphers', 'macs', 'hostkeyalgorithms', 'pubkeyacceptedalgorithms'))
      .join('\n')
      .split(/[ ,\n]/)
    expect(lists).toEqual(expect.arrayContaining(['curve25519-sha256', 'aes128-gcm@openssh.com', 'ssh-ed25519']))
    expect(lists.filter((name) => /sha1|cbc|group14|umac-64|ssh-rsa/.test(name))).toEqual([])
    expect(await deeds()).toEqual(nothing)
  })

  test('is not given what is not valid', async () => {
    const before = await asRoot(`cat ${dropIn}`)
    await describeSsh({ extra: 'NoSuchThing yes' })
    const told = await provision()
    expect(deedsOf(told, release)).toEqual({ ...nothing, exit: 3 })
    expect(resultOf(told, release)?.problem).toMatchObject({
      code: 'validation.failed',
      detail: expect.stringMatching(/Bad configuration option: NoSuchThing/),
    })
    expect(await asRoot(`cat ${dropIn}`)).toBe(before)
  })

  test('is not given what another file would make void', async () => {
    const other = '/etc/ssh/sshd_config.d/00-aaa.conf'
    await asRoot(`echo 'X11Forwarding yes' >${other}`)
    await describeSsh({ limits: { authTries: 5 } })
    const problem = resultOf(await provision(), release)?.problem
    await asRoot(`rm ${other}`)
    expect(problem).toMatchObject({ code: 'validation.failed' })
    expect(problem?.detail).toContain("sshd would have 'x11forwarding yes', not 'x11forwarding no'")
    expect(problem?.detail).toContain(`${other}:1:X11Forwarding yes`)
    expect(await effective('maxauthtries')).toEqual(['maxauthtries 6'])
  })

  test('that would not let us in any more is taken back', async () => {
    await describeSsh({ extra: 'AllowUsers nobody' })
    expect(resultOf(await provision(), release)?.problem).toMatchObject({ code: 'guard.reverted' })
    expect(await asRoot(`sshd -T | grep -c allowusers`)).toBe('0\n')
    await describeSsh({})
    expect(await deeds()).toEqual(nothing)
  })

  test('moves to another port: it listens on both, until we come through the new one', {
    timeout: 120_000,
  }, async () => {
    await describeSsh({ port: 2222 })
    const told = await provision()
    expect(deedsOf(told, release)).toMatchObject({ exit: 0, changed: expect.arrayContaining([key]) })
    expect(planOf(told, release).notices).toEqual([
      'sshd moves from port 22 to 2222 and listens on both: set ansible_port to 2222, then run again to close 22',
    ])
    expect(await effective('port')).toEqual(['port 22', 'port 2222'])
    expect(await deeds()).toEqual(nothing)

    await comeIn({ ansible_port: 2222 })
    const unknown = resultOf(await provision(), release)?.problem
    expect(unknown).toMatchObject({ code: 'host.key.unknown' })
    expect(unknown?.hint).toContain(`the same key is recorded for ${host().address}`)
    const line = unknown?.hint?.split('\n').find((each) => each.startsWith('['))
    const known = join(site.folder, 'known_hosts')
    await writeFile(known, `${line}\n`)
    await comeIn({ fettle_known_hosts: [known] })

    expect(await deeds()).toMatchObject({ exit: 0, changed: expect.arrayContaining([key]) })
    expect(await effective('port')).toEqual(['port 2222'])
    expect((await host().sh('true')).exit).toBe(255)
    expect(await deeds()).toEqual(nothing)
  })

  test('does not move where nothing could come through', async () => {
    await asRoot(`apt-get install -y -qq nftables >/dev/null 2>&1
nft 'table inet shut { chain in { type filter hook input priority -10; tcp dport 2200 drop; }; }'`)
    await describeSsh({ port: 2200 })
    expect(resultOf(await provision(), release)?.problem).toMatchObject({ code: 'guard.reverted' })
    expect(await effective('port')).toEqual(['port 2222'])
    expect(await asRoot('ss -Htln | grep -c :2200')).toBe('0\n')
  })
})

/** A site whose hosts are reached on port 22 or 2222, and the key that they have on both. */
const siteOn = async (name: string, roles: object, port: number): Promise<Site> => {
  const host = lab.host(name)
  const site = await useSite({
    siteYml: JSON.stringify({ name: 'ssh', groups: { web: roles } }),
    hosts: { web: [host] },
    variables: { fettle_confirm_timeout: 20, ansible_port: port, fettle_management: [`${host.address}/24`] },
  })
  const known = (await readFile(host.knownHosts, 'utf8')).replaceAll(/^[\d.]+/gm, (address) => `[${address}]:2222`)
  const file = join(site.folder, 'inventory/lab.yml')
  const inventory = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(join(site.folder, 'moved'), known)
  inventory.all.children.web.hosts[name].fettle_known_hosts.push(join(site.folder, 'moved'))
  await writeFile(file, JSON.stringify(inventory))
  return site
}

const base = { packages: [], securityUpgrades: { enabled: false }, ssh: { port: 2222 } }
/** Those of both ports on which something listens. */
const sockets = async (site: Site) => {
  const { stdout } = await site.fettle('exec', '--', "ss -Htln | grep -oE ':(22|2222) ' | tr -d ': ' | sort -u")
  return stdout.trimEnd().split('\n').slice(1)
}

test('where systemd listens in place of sshd, as on Ubuntu, the port moves as well', async () => {
  await lab.host('socket').sh(`systemctl disable ssh.service
mkdir -p /etc/systemd/system/ssh.service.requires
ln -s /usr/lib/systemd/system/ssh.socket /etc/systemd/system/ssh.service.requires/
systemctl enable ssh.socket && systemctl stop ssh.service && systemctl start ssh.socket`)
  const [before, after] = [await siteOn('socket', { base }, 22), await siteOn('socket', { base }, 2222)]
  const first = await before.fettle('provision', '--yes', '--json')
  expect(deedsOf(first, 'socket')).toMatchObject({ exit: 0, reacted: expect.arrayContaining(['restart ssh.socket']) })
  expect(await sockets(before)).toEqual(['22', '2222'])
  expect(deedsOf(await after.fettle('provision', '--yes', '--json'), 'socket')).toMatchObject({ exit: 0 })
  expect(await sockets(after)).toEqual(['2222'])
  expect(deedsOf(await after.fettle('provision', '--yes', '--json'), 'socket')).toEqual(nothing)
})

test('the firewall opens the new port with the first run and closes the old one with the second', async () => {
  const roles = { base, ufw: {} }
  const [before, after] = [await siteOn('walled', roles, 22), await siteOn('walled', roles, 2222)]
  const open = async (site: Site) =>
    [...new Set((await site.fettle('exec', '--', 'ufw status')).stdout.match(/^\d+(?=\/tcp)/gm))].sort()
  expect(deedsOf(await before.fettle('provision', '--yes', '--json'), 'walled')).toMatchObject({ exit: 0 })
  expect([await open(before), await sockets(before)]).toEqual([
    ['22', '2222'],
    ['22', '2222'],
  ])
  expect(deedsOf(await after.fettle('provision', '--yes', '--json'), 'walled')).toMatchObject({ exit: 0 })
  expect([await open(after), await sockets(after)]).toEqual([['2222'], ['2222']])
  expect(deedsOf(await after.fettle('provision', '--yes', '--json'), 'walled')).toEqual(nothing)
})
