import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { controls } from '../../../roles/hardening/controls.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import type { Site } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { audited, hardenedSite, inState, siteYml } from './support.ts'

const names = ['web1', 'web2'] as const
const lab = usePracticeHosts(['web1', { name: 'web2', release: 'trixie' }])
const onBoth = (script: string) => Promise.all(names.map((name) => does(lab.host(name), script)))

let site: Site
beforeAll(async () => {
  site = await hardenedSite(names.map(lab.host))
  expectDone(await site.fettle('provision', '--yes'))
}, 900_000)

test('there is nothing more to do, and all is in place that is not the machine’s', async () => {
  const told = await site.fettle('provision', '--yes', '--json')
  for (const name of names) expect(deedsOf(told, name)).toEqual(nothing)
  const { exit, found } = await audited(site)
  const machines = controls.filter(({ machine, onRequest }) => machine && !onRequest).map(({ name }) => name)
  for (const name of names) {
    expect(inState(found(name), 'not in place')).toEqual([])
    expect([...inState(found(name), 'belongs to the machine')].sort()).toEqual([...machines, 'time'].sort())
    expect(inState(found(name), 'excepted')).toEqual(['services-off', 'usb-storage'])
    expect(inState(found(name), 'in place')).toEqual(
      expect.arrayContaining(['ssh-keys-only', 'firewall', 'bans', 'integrity', 'redirects']),
    )
  }
  expect(exit).toBe(0)
}, 300_000)

/** What somebody changes by hand, and what is told of it. */
const drifts: readonly (readonly [control: string, change: string, key: string])[] = [
  ['redirects', 'echo 1 >/proc/sys/net/ipv4/conf/all/accept_redirects', 'sysctl:net.ipv4.conf.all.accept_redirects'],
  [
    'redirects',
    'echo 1 >/proc/sys/net/ipv4/conf/host0/accept_redirects',
    'command:let no interface heed or send redirects',
  ],
  ['bans', 'systemctl stop fail2ban', 'service:fail2ban.service'],
  ['file-modes', 'chmod 644 /etc/ssh/sshd_config', 'command:set the modes of system files'],
  [
    'ssh-log',
    'echo LogLevel QUIET >/etc/ssh/sshd_config.d/10-fettle-log.conf',
    'file:/etc/ssh/sshd_config.d/10-fettle-log.conf',
  ],
  ['firewall', 'ufw --force disable', 'firewall:ufw'],
]

describe('what somebody changes by hand is told, and mended by provision', () => {
  test.each(drifts)('%s: %s', async (control, change, key) => {
    await does(lab.host('web1'), change)
    const { exit, found } = await audited(site)
    expect([exit, inState(found('web1'), 'not in place'), inState(found('web2'), 'not in place')]).toEqual([
      2,
      expect.arrayContaining([control]),
      [],
    ])
    expect(found('web1')[control]?.differing?.map((each) => each.key)).toContain(key)
    expectDone(await site.fettle('provision', '--yes'))
    expect((await audited(site)).exit).toBe(0)
  })
})

describe('an exception', () => {
  test('needs a reason, and takes away what was there', async () => {
    await site.describe(siteYml({ except: { umask: true } }))
    expect((await site.fettle('audit')).exit).toBe(1)
    await site.describe(siteYml({ except: { umask: 'files of the team are for all of it' } }))
    expectDone(await site.fettle('provision', '--yes'))
    const { exit, found } = await audited(site)
    expect([exit, found('web2').umask]).toEqual([
      0,
      { state: 'excepted', reason: 'files of the team are for all of it' },
    ])
    expect(await onBoth('[ ! -e /etc/profile.d/fettle-umask.sh ] && echo gone')).toEqual(['gone', 'gone'])
    await site.describe(siteYml())
    expectDone(await site.fettle('provision', '--yes'))
  })
})

test('as a table, and as a page', async () => {
  const page = join(site.folder, 'audit.html')
  const told = await site.fettle('audit', '--html', page)
  expect(told.exit).toBe(0)
  expect(told.stdout).toMatch(/^web\[1:2\]\n/)
  expect(told.stdout).toMatch(/^ {2}ssh-keys-only +in place +passwords are guessed/m)
  expect(told.stdout).toMatch(/^ {2}kernel-log +belongs to the machine +/m)
  const html = await readFile(page, 'utf8')
  for (const { name } of controls) expect(html).toContain(`<code>${name}</code>`)
})

test('a host that is not to be had: exit status 4, and the others are told of', async () => {
  await does(lab.host('web2'), 'systemctl stop ssh.socket ssh.service')
  const told = await site.fettle('audit')
  expect([told.exit, told.stdout]).toEqual([
    4,
    expect.stringMatching(/^web1\n[\s\S]*error\[host\.unreachable\] on web2/),
  ])
})

describe('on the host', () => {
  const web1 = () => lab.host('web1')
  test('who logs in is told the banner, and in which shell nobody types, ends', async () => {
    const { address, keyFile, user } = web1()
    const { execa } = await import('execa')
    const ssh = ['-F', 'none', '-i', keyFile, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null']
    const said = await execa('ssh', [
      ...ssh,
      `${user}@${address}`,
      `bash -lic 'umask; echo $TMOUT; ulimit -c' 2>/dev/null`,
    ])
    expect(said.stderr).toContain('restricted to authorised users')
    expect(said.stdout.split('\n')).toEqual(['0027', '1800', '0'])
  })

  test('only root has a crontab, and a short password is none', async () => {
    await does(web1(), 'useradd --create-home ada')
    const crontab = await web1().sh('runuser -u ada -- crontab -l 2>&1')
    expect([crontab.exit, crontab.stdout]).toEqual([1, expect.stringContaining('not allowed')])
    const short = await web1().sh('printf "%s\\n%s\\n" Ab3-short Ab3-short | passwd ada 2>&1')
    expect(short.stdout).toContain('shorter than 14 characters')
  })

  /** A night passes: what is told then, and none of it is a failed unit. */
  const night = async (unit: string): Promise<string> => {
    const since = await does(web1(), "date '+%F %T' && sleep 1")
    await does(web1(), `systemctl start ${unit}`)
    return (await does(web1(), `journalctl --no-pager -o cat -p warning -u ${unit} --since '${since}'`)).trim()
  }

  test('a file that changed is told every night until it is accepted', async () => {
    const program = '/usr/local/lib/fettle/integrity'
    expect(await night('fettle-integrity.service')).toBe('')
    await does(web1(), 'echo "* * * * * root sh /tmp/back" >/etc/cron.d/back')
    expect(await night('fettle-integrity.service')).toContain('/etc/cron.d/back')
    expect((await web1().sh(`${program} check`)).exit).toBe(1)
    await does(web1(), `${program} accept`)
    expect(await night('fettle-integrity.service')).toBe('')
    expect((await web1().sh(`${program} check`)).exit).toBe(0)
  })

  test('a program that is not its package’s is told', async () => {
    expect(await night('fettle-checksums.service')).toBe('')
    await does(web1(), 'cp -p /usr/bin/lsof /root/lsof && echo >>/usr/bin/lsof')
    expect(await night('fettle-checksums.service')).toContain('/usr/bin/lsof')
    await does(web1(), 'cp -p /root/lsof /usr/bin/lsof')
  })
})
