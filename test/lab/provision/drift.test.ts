import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { rowsForThisRun } from '../support/extent.ts'
import { type Site, useSite } from '../support/site.ts'
import { mainPids, type Snapshot, snapshot } from '../support/snapshot.ts'
import { type Deeds, deedsOf, nothing } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const nginx = 'nginx.service'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc ada@laptop'

const siteYml = JSON.stringify({
  name: 'drift',
  groups: {
    web: {
      base: {
        packages: ['less'],
        securityUpgrades: { enabled: false },
        timezone: 'Europe/Berlin',
        users: { ada: { keys: [key], sudo: true } },
      },
      nginx: { sites: { shop: { default: true, root: '/srv/www/shop', content: { 'index.html': 'hello\n' } } } },
      pieces: {
        packages: ['tree'],
        directories: { '/srv/data': '2750' },
        files: { '/srv/data/secret': { content: 'a secret\n', owner: 'ada', mode: '0600' } },
        links: { '/srv/current': '/srv/www/shop' },
        sysctls: { 'net.ipv4.ip_nonlocal_bind': '1' },
        dropIns: { 'cron.service': '[Service]\nNice=5\n' },
        timers: { sweep: 'daily' },
        units: { 'sweep.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' },
      },
    },
  },
})

let site: Site
let sound: Snapshot
let pids: Readonly<Record<string, number>>
const services = [nginx, 'systemd-journald.service', 'ssh.service']
const provision = async (): Promise<Deeds> => deedsOf(await site.fettle('provision', '--yes', '--json'), 'web1')

beforeAll(async () => {
  site = await useSite({ siteYml, hosts: { web: [host()] } })
  expect(await provision()).toMatchObject({ exit: 0, owed: [] })
  sound = await snapshot(host())
  pids = await mainPids(host(), services)
})

interface Drift {
  readonly what: string
  readonly script: string
  readonly changed?: readonly string[]
  readonly reacted?: readonly string[]
  /** A service that gets a new process by what is done to it. */
  readonly renewed?: string
}

const nginxConf = 'file:/etc/nginx/nginx.conf'
const reloaded = [`reload ${nginx}`]

const drifts: readonly Drift[] = [
  {
    what: 'a file edited',
    script: "echo '# mine' >>/etc/nginx/nginx.conf",
    changed: [nginxConf],
    reacted: reloaded,
  },
  {
    what: 'a file edited, and loaded by a restart',
    script: "echo '# mine' >>/etc/nginx/nginx.conf && systemctl restart nginx",
    changed: [nginxConf],
    reacted: reloaded,
    renewed: nginx,
  },
  {
    what: 'a file deleted',
    script: 'rm /etc/nginx/sites-enabled/shop.conf',
    changed: ['file:/etc/nginx/sites-enabled/shop.conf'],
    reacted: reloaded,
  },
  {
    what: 'a file that must not be there',
    script: 'ln -s ../sites-available/default /etc/nginx/sites-enabled/default',
    changed: ['file:/etc/nginx/sites-enabled/default'],
    reacted: reloaded,
  },
  {
    what: 'a link in place of a file',
    script: 'mv /etc/sudoers.d/50-fettle /root && ln -s /root/50-fettle /etc/sudoers.d/50-fettle',
    changed: ['file:/etc/sudoers.d/50-fettle'],
  },
  { what: 'a mode', script: 'chmod 644 /srv/data/secret', changed: ['file:/srv/data/secret'] },
  { what: 'an owner', script: 'chown root /srv/data/secret', changed: ['file:/srv/data/secret'] },
  { what: 'a group and mode of a directory', script: 'chgrp ada /srv/data', changed: ['directory:/srv/data'] },
  {
    what: 'a directory deleted with all that was in it',
    script: 'rm -r /srv/data',
    changed: ['directory:/srv/data', 'file:/srv/data/secret'],
  },
  { what: 'a link that leads elsewhere', script: 'ln -sfn /tmp /srv/current', changed: ['symlink:/srv/current'] },
  {
    what: 'a service stopped',
    script: 'systemctl stop nginx',
    changed: [`service:${nginx}`],
    renewed: nginx,
  },
  { what: 'a service disabled', script: 'systemctl disable -q nginx', changed: [`service:${nginx}`] },
  {
    what: 'a service masked',
    script: 'systemctl mask -q --now nginx',
    changed: [`service:${nginx}`],
    renewed: nginx,
  },
  { what: 'a timer stopped', script: 'systemctl stop sweep.timer', changed: ['timer:sweep.timer'] },
  {
    what: 'a drop-in edited, and read by systemd',
    script: 'echo >/etc/systemd/system/cron.service.d/pieces.conf && systemctl daemon-reload',
    changed: ['drop-in:cron.service/pieces'],
  },
  {
    what: 'a drop-in that systemd has not read',
    script: 'touch /etc/systemd/system/cron.service.d/pieces.conf',
    changed: ['drop-in:cron.service/pieces'],
  },
  { what: 'a package removed', script: 'apt-get -qq remove -y tree', changed: ['apt:tree'] },
  {
    what: 'a package that dpkg has not finished',
    script: 'cd /tmp && apt-get -qq download tree && dpkg --unpack tree_*.deb >/dev/null && rm tree_*.deb',
    changed: ['apt:tree'],
  },
  { what: 'a user removed', script: 'userdel ada', changed: ['user:ada'] },
  {
    what: 'a user removed with the home',
    script: 'userdel --remove ada 2>/dev/null',
    changed: ['authorized-keys:ada', 'user:ada'],
  },
  { what: 'a key withdrawn', script: ': >/home/ada/.ssh/authorized_keys', changed: ['authorized-keys:ada'] },
  {
    what: 'a kernel setting',
    script: 'sysctl -q -w net.ipv4.ip_nonlocal_bind=0',
    changed: ['sysctl:net.ipv4.ip_nonlocal_bind'],
  },
  {
    what: 'the time zone',
    script: 'ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime',
    changed: ['timezone:timezone'],
  },
  {
    what: 'a reload that never happened',
    script: `read -r uptime rest </proc/uptime && read -r boot </proc/sys/kernel/random/boot_id &&
      printf '\\n{"owe":"${nginx}","asks":"reload","because":["${nginxConf}"],"at":{"bootId":"%s","uptime":%s}}\\n' \\
        "$boot" "$uptime" >>/var/lib/fettle/manifest`,
    reacted: reloaded,
  },
]

describe('repairs, and does nothing else', () => {
  test.each(rowsForThisRun(drifts).map((drift) => [drift.what, drift] as const))(
    '%s',
    async (_, { script, changed = [], reacted = [], renewed }) => {
      expect(await host().sh(script)).toMatchObject({ exit: 0, stderr: '' })
      const before = await mainPids(host(), services)
      expect(await provision()).toEqual({ ...nothing, changed, reacted })
      expect(await snapshot(host())).toEqual(sound)
      const after = await mainPids(host(), services)
      const kept = Object.keys(pids).filter((unit) => unit !== renewed)
      expect(kept.map((unit) => after[unit])).toEqual(kept.map((unit) => pids[unit]))
      if (reacted.length > 0) expect(after[nginx]).toBe(before[nginx])
      pids = after
    },
  )

  test('until there is nothing to do', async () => {
    expect(await provision()).toEqual(nothing)
  })
})
