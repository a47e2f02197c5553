import { quote } from '../../../engine/core/shell.ts'

/** Draws from one seed: the same seed, the same site and the same harm done to it. */
export interface Draw {
  chance(share: number): boolean
  one<Thing>(things: readonly Thing[]): Thing
  /** Some of them, in their order. */
  some<Thing>(things: readonly Thing[], share?: number): Thing[]
}

export const draw = (random: () => number): Draw => {
  const chance = (share: number) => random() < share
  return {
    chance,
    one: (things) => things[Math.floor(random() * things.length)] as (typeof things)[number],
    some: (things, share = 0.5) => things.filter(() => chance(share)),
  }
}

const counter = 'counter.service'
const nginx = 'nginx.service'
const cron = 'cron.service'
const keys = ['IB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc', 'IE0S0x0m2bU2K3rV7gqkQmVnq1wTtDkq3x0v3x0v3x0v'].map(
  (key) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${key} someone`,
)
const users = ['ada', 'brian']

/** By role, its settings. */
export type Roles = Readonly<Record<string, object>>

export const siteOf = (web: Roles): string => JSON.stringify({ name: 'drawn', groups: { web } })

/** A description of everything a little: packages, people, files with and without reactions, units, kernel settings. */
export const drawRoles = (random: Draw): Roles => {
  const web: Record<string, object> = {}
  if (random.chance(0.7)) web.base = base(random)
  if (random.chance(0.6)) web.nginx = nginxRole(random)
  if (random.chance(0.8)) web.counter = counterRole(random)
  web.pieces = pieces(random, web)
  return web
}

const base = (random: Draw) => ({
  packages: random.some(['less', 'tree']),
  securityUpgrades: { enabled: false },
  timezone: random.one(['Europe/Berlin', 'Asia/Tokyo', 'Etc/UTC']),
  users: Object.fromEntries(
    random
      .some(users)
      .map((name) => [name, { keys: random.some(keys), sudo: random.chance(0.5), groups: random.some(['adm']) }]),
  ),
})

const nginxRole = (random: Draw) => ({
  workerConnections: random.one([256, 512]),
  sites: Object.fromEntries(
    ['shop', ...random.some(['blog'])].map((name, index) => [
      name,
      {
        ...{ default: index === 0, serverNames: index === 0 ? [] : [`${name}.test`], root: `/srv/www/${name}` },
        content: { 'index.html': random.one(['hello\n', 'welcome\n']) },
      },
    ]),
  ),
})

const counterRole = (random: Draw) => ({
  config: random.one(['one', 'two']),
  asks: random.one(['reload', 'restart']),
  runs: random.chance(0.8),
})

const pieces = (random: Draw, { counter: counts, nginx: serves }: Record<string, object>) => {
  const text = () => random.one(['first\n', 'second\n'])
  const units = [...(counts ? [counter] : []), ...(serves ? [nginx] : []), cron]
  const files = random.some(['/etc/issue', '/etc/pieces', '/srv/data/a', '/srv/data/b'])
  const timers = random.chance(0.5) ? { sweep: random.one(['daily', 'weekly']) } : {}
  return {
    packages: random.some(['tree', 'bc'], 0.4),
    groups: random.some(['crew']),
    directories: { '/srv/data': random.one(['0755', '2750']) },
    files: Object.fromEntries(
      files.map((path) => [
        path,
        {
          ...{ content: text(), mode: random.one(['0644', '0600']) },
          ...{ reloads: random.some(units, 0.3).filter((unit) => unit !== cron), restarts: random.some(units, 0.2) },
        },
      ]),
    ),
    links: random.chance(0.5) ? { '/srv/current': random.one(['/srv/www', '/srv/data']) } : {},
    sysctls: random.chance(0.5) ? { 'net.ipv4.ip_nonlocal_bind': random.one(['0', '1']) } : {},
    dropIns: random.chance(0.5) ? { [cron]: `[Service]\nNice=${random.one([3, 5])}\n` } : {},
    dropInsRestart: random.chance(0.5),
    units:
      'sweep' in timers || random.chance(0.3)
        ? { 'sweep.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' }
        : {},
    timers,
    services: random.chance(0.3) ? { [cron]: random.one(['running', 'stopped', 'masked']) } : {},
  }
}

const paths = [
  ...['/etc/issue', '/etc/pieces', '/srv/data/a', '/etc/counter/config', '/etc/nginx/nginx.conf'],
  ...['/etc/nginx/sites-enabled/shop.conf', '/etc/sudoers.d/50-fettle', '/home/ada/.ssh/authorized_keys'],
  ...['/etc/systemd/system/cron.service.d/pieces.conf', '/etc/systemd/system/counter.service'],
  ...['/etc/systemd/journald.conf.d/fettle.conf', '/etc/systemd/system/sweep.timer', '/srv/www/shop/index.html'],
]

const toFiles = paths.map(quote).flatMap((path) => [
  `[ ! -f ${path} ] || echo '# somebody' >>${path}`,
  // A unit that goes on without its file is what no plan can tell the future of.
  path.includes('/system/') ? `systemctl stop counter sweep.timer; rm -f ${path}` : `rm -f ${path}`,
  `chmod 0640 ${path}`,
  `chown games ${path}`,
  `[ ! -f ${path} ] || { mv ${path} /root/moved && ln -s /root/moved ${path}; }`,
])

const toUnits = [counter, nginx, cron, 'sweep.timer'].flatMap((unit) =>
  ['stop', 'restart', 'disable', 'mask --now', 'kill'].map((verb) => `systemctl ${verb} ${unit}`),
)

const toOthers = [
  'apt-get -qq remove -y tree',
  // Without the file that it needs to start, the package alone cannot even be installed again.
  'apt-get -qq purge -y nginx nginx-common',
  'userdel ada',
  'userdel --remove brian',
  'usermod --shell /bin/sh ada',
  'groupdel crew',
  'rm -r /srv/data',
  'rm -rf /srv/www',
  'ln -sfn /tmp /srv/current',
  'ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime',
  'sysctl -q -w net.ipv4.ip_nonlocal_bind=1',
  'systemctl daemon-reload',
  'ln -s ../sites-available/default /etc/nginx/sites-enabled/default',
  'rm -rf /etc/systemd/system/cron.service.d',
  'rm -f /var/lib/fettle/manifest',
]

/**
 * What somebody did to a host by hand, or an accident. Not everything is there to be harmed. What a daemon needs that
 * nobody describes any more is left alone: nothing would mend it, and a reload that a leaving file asks for would fail.
 */
export const drawHarm = (random: Draw, roles: Roles): string[] => {
  const harms = Array.from({ length: random.one([0, 1, 2, 3, 5]) }, () =>
    random.one([random.one(toFiles), random.one(toUnits), random.one(toOthers)]),
  )
  const strange = ['nginx', 'counter'].filter((role) => !roles[role]).map((role) => `/etc/${role}/`)
  return harms.filter((harm) => !strange.some((folder) => harm.includes(folder)))
}
