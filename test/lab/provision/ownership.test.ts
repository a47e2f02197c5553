import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { type Deeds, deedsOf, nothing, planOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const sh = async (script: string) => (await host().sh(script)).stdout

/** What `web1` is, by role; everything of one site. */
const siteYml = (roles: object, name = 'ownership') => JSON.stringify({ name, groups: { web: roles } })
const pieces = (settings: object) => siteYml({ pieces: settings })

let site: Site

beforeAll(async () => {
  site = await useSite({ siteYml: pieces({}), hosts: { web: [host()] } })
})

beforeEach(() => sh('rm -rf /var/lib/fettle /srv/*'))

const provision = async (...args: readonly string[]): Promise<Deeds> =>
  deedsOf(await site.fettle('provision', '--yes', '--json', ...args), 'web1')

const plan = async (...args: readonly string[]) => planOf(await site.fettle('plan', '--json', ...args), 'web1')

/** Provisions this description, so that what it names is Fettle's. */
const has = async (settings: object) => {
  await site.describe(pieces(settings))
  expect(await provision()).toMatchObject({ exit: 0 })
}

const file = (content: string) => ({ content })

describe('what leaves the description', () => {
  test('is shown as a removal, and removed when it is done', async () => {
    await has({ files: { '/srv/one': file('1\n'), '/srv/two': file('2\n') } })
    await site.describe(pieces({ files: { '/srv/one': file('1\n') } }))
    expect((await plan()).changes).toMatchObject([{ key: 'file:/srv/two', role: 'pieces', action: 'remove' }])
    expect(await sh('ls /srv')).toBe('one\ntwo\n')
    expect(await provision()).toEqual({ ...nothing, changed: ['file:/srv/two'] })
    expect(await sh('ls /srv')).toBe('one\n')
    expect(await provision()).toEqual(nothing)
  })

  test('goes in the order opposite to its making, whatever it is', async () => {
    await has({
      links: { '/srv/link': '/srv' },
      sysctls: { 'net.ipv4.ip_nonlocal_bind': '1' },
      units: { 'idle.service': '[Service]\nExecStart=/bin/sleep infinity\n' },
      dropIns: { 'idle.service': '[Service]\nNice=5\n' },
      timers: { idle: 'daily' },
    })
    await sh('systemctl start idle.service')
    await site.describe(pieces({}))
    expect((await plan()).changes.map(({ key }) => key)).toEqual([
      'timer:idle.timer',
      'drop-in:idle.service/pieces',
      'unit:idle.service',
      'sysctl:net.ipv4.ip_nonlocal_bind',
      'symlink:/srv/link',
    ])
    expect(await provision()).toMatchObject({ exit: 0, reacted: [] })
    expect(
      await sh('ls /srv /etc/sysctl.d | grep -e link -e nonlocal; systemctl list-units --all --no-legend "idle*"'),
    ).toBe('')
    expect(await provision()).toEqual(nothing)
  })

  test('is kept and reported if somebody has edited it since', async () => {
    await has({ files: { '/srv/one': file('1\n') } })
    await sh('echo mine >>/srv/one')
    await site.describe(pieces({}))
    expect(await plan()).toMatchObject({
      changes: [],
      notices: ['file:/srv/one left the description and is kept: it was edited since'],
    })
    expect(await provision()).toEqual(nothing)
    expect(await sh('cat /srv/one')).toBe('1\nmine\n')
    await sh('rm /srv/one')
    expect(await plan()).toMatchObject({ changes: [], notices: [] })
  })

  test.each([
    ['a file', 'echo original >/srv/one; chown daemon:adm /srv/one; chmod 640 /srv/one'],
    ['a link', 'ln -s /etc/hostname /srv/one'],
  ])('gives back %s that it replaced', async (_, make) => {
    const look = () => sh('ls -l --time-style=full-iso /srv/one; cat /srv/one')
    await sh(make)
    const before = await look()
    await has({ files: { '/srv/one': file('1\n') } })
    await has({ files: { '/srv/one': file('2\n') } })
    expect(await look()).toMatch(/root root .*2\n$/s)
    await has({})
    expect(await look()).toBe(before)
    expect(await sh('ls /var/lib/fettle/former')).toBe('')
  })

  test.each([
    ['a file', 'cp /etc/hosts /srv/one', ''],
    ['a link', 'ln -s /etc/hosts /srv/one', '/etc/hosts\n'],
  ])('gives back %s that a link replaced', async (_, make, target) => {
    await sh(make)
    await has({ links: { '/srv/one': '/etc/hostname' } })
    expect(await sh('readlink /srv/one')).toBe('/etc/hostname\n')
    await has({})
    expect(await sh('readlink /srv/one; cmp /srv/one /etc/hosts && echo same')).toBe(`${target}same\n`)
  })

  test('stays if it was there before, or is somebody', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc bob'
    await has({ packages: ['sudo'], users: { bob: key }, timezone: 'Asia/Tokyo' })
    await site.describe(pieces({}))
    const { changes, notices } = await plan()
    expect(changes).toEqual([])
    expect(notices.map((notice) => notice.split(' ')[0]).sort()).toEqual(['authorized-keys:bob', 'user:bob'])
    expect(await provision()).toEqual(nothing)
    expect(await sh('id -un bob; date +%Z; which sudo')).toBe('bob\nJST\n/usr/bin/sudo\n')
  })

  test('stays if it is a directory that holds something', async () => {
    await has({ directories: { '/srv/empty': '0755', '/srv/full': '0755' } })
    await sh('touch /srv/full/theirs')
    await has({})
    expect(await sh('ls -d /srv/* /srv/*/*')).toBe('/srv/full\n/srv/full/theirs\n')
    expect(await provision()).toEqual(nothing)
  })

  test('belongs to another site, and is left alone', async () => {
    await has({ files: { '/srv/one': file('1\n') } })
    await site.describe(siteYml({ pieces: {} }, 'stranger'))
    expect(await plan()).toMatchObject({ changes: [], notices: [] })
  })
})

describe('packages that leave the description', () => {
  const installed = () => sh("dpkg -l sgml-base xml-core 2>&1 | sed -n 's/^ii *\\([^ ]*\\).*/\\1/p'")

  test.each([[['sgml-base', 'xml-core']], [['xml-core', 'sgml-base']]])(
    '%j go together though one needs the other',
    async (packages) => {
      await has({ packages })
      expect(await installed()).toBe('sgml-base\nxml-core\n')
      await site.describe(pieces({}))
      expect((await plan()).changes.map(({ key }) => key).sort()).toEqual(['apt:sgml-base', 'apt:xml-core'])
      expect(await provision()).toEqual({ ...nothing, changed: ['apt:sgml-base', 'apt:xml-core'] })
      expect(await installed()).toBe('')
      expect(await provision()).toEqual(nothing)
    },
  )

  test('stay while others need them', async () => {
    await has({ packages: ['sgml-base'] })
    await sh('apt-get install -q -y xml-core')
    await site.describe(pieces({}))
    expect(await plan()).toMatchObject({
      changes: [],
      notices: ['apt:sgml-base left the description and is kept: other things need it'],
    })
    expect(await provision()).toEqual(nothing)
    await sh('apt-get remove -q -y xml-core')
    expect(await provision()).toEqual({ ...nothing, changed: ['apt:sgml-base'] })
  })
})

describe('a role', () => {
  const both = siteYml({ counter: {}, pieces: { files: { '/srv/one': file('1\n') } } })
  const retired = ['directory:/etc/counter', 'file:/etc/counter/config', 'unit:counter.service']

  test('that leaves a host takes its things along only when it is told to', async () => {
    await site.describe(both)
    expect(await provision()).toMatchObject({ exit: 0 })
    await site.describe(pieces({ files: { '/srv/one': file('1\n') } }))
    const { changes, notices } = await plan()
    expect({ changes, notices }).toEqual({
      changes: [],
      notices: [expect.stringMatching(/^role counter left this host and \d of its things remain: .*--retire counter$/)],
    })
    expect(await provision()).toEqual(nothing)
    expect(await sh('systemctl is-active counter')).toBe('active\n')
    expect((await plan('--retire', 'counter')).changes.map(({ key }) => key).sort()).toEqual(retired)
    expect(await provision('--retire', 'counter')).toEqual({ ...nothing, changed: retired })
    expect(await sh('systemctl is-active counter; ls /etc/counter')).toBe('inactive\n')
  })

  test('that a run is not limited to keeps what leaves it, until it is looked at', async () => {
    await site.describe(both)
    expect(await provision()).toMatchObject({ exit: 0 })
    await site.describe(siteYml({ counter: {}, pieces: {} }))
    expect(await provision('--roles', 'counter')).toEqual(nothing)
    expect(await provision('--roles', 'pieces')).toEqual({ ...nothing, changed: ['file:/srv/one'] })
  })

  test('hands a thing over to another one, also in a run that is limited to the former', async () => {
    await has({ files: { '/etc/counter/config': file('one\n') }, directories: { '/etc/counter': '0755' } })
    await site.describe(siteYml({ counter: {}, pieces: {} }))
    expect(await provision('--roles', 'pieces')).toEqual(nothing)
    expect(await sh('cat /etc/counter/config')).toBe('one\n')
  })
})
