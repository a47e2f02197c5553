import type { Listen } from '../../engine/core/listen.ts'
import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { authorizedKeys } from '../../engine/resources/authorized-keys.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { timezone } from '../../engine/resources/timezone.ts'
import { user } from '../../engine/resources/user.ts'
import { metricsListens } from '../metrics.ts'
import { leaver, leaverNotices, refuseLockout } from './access.ts'
import { hardening } from './hardening.ts'
import { exporter, watchOf } from './metrics.ts'
import { BaseSettings } from './settings.ts'
import { sshNotices, sshServer } from './ssh.ts'

type Context = RoleContext<BaseSettings>

const sudoers: Validator = { name: 'sudoers', script: 'visudo -c' }
const journal = 'systemd-journald.service'
const timesync = 'systemd-timesyncd.service'

export default defineRole({
  name: 'base',
  summary: 'What every host should have: people and their way in, time, a bounded journal, security fixes.',
  settings: BaseSettings,

  resources: (context) => [
    ...context.settings.packages.map((name) => apt.installed({ name })),
    ...upgrades(context),
    ...people(context),
    timezone.set({ name: context.settings.timezone }),
    ...timeSynchronisation(context),
    directory.present({ path: '/etc/systemd/journald.conf.d' }),
    file.present({
      path: '/etc/systemd/journald.conf.d/fettle.conf',
      content: context.render('base/journald.conf', context.settings.journal),
      restarts: [journal],
    }),
    ...exporter(context),
    ...sshServer(context),
  ],

  listens: ({ settings }) => [...logInListens(settings), ...metricsListens(settings.metrics)],

  watch: watchOf,

  state: () => [
    { path: '/etc', why: 'configuration', isRemade: true },
    { path: '/var/lib/fettle', why: 'what Fettle placed', isRemade: true },
  ],

  hardening,

  notices: ({ settings: { ssh, users }, host: { facts } }) => [
    ...leaverNotices(users, facts.arrival?.user),
    ...(ssh.enabled ? sshNotices(ssh, facts.arrival) : []),
  ],
})

const logInListens = ({ ssh }: BaseSettings): readonly Listen[] =>
  ssh.enabled && ssh.port !== undefined ? [{ port: ssh.port, protocol: 'tcp', from: 'controller', why: 'log-in' }] : []

const people = (context: Context): Declaration[] => {
  const { users } = context.settings
  const me = context.host.facts.arrival?.user
  refuseLockout(users, me)
  const leaving = leaver(users, me)
  const named = Object.entries(users).filter(([name]) => name !== leaving)
  const present = named.filter(([, { absent }]) => !absent)
  return [
    ...present.flatMap(([name, { keys, exclusive, groups, shell }]) => [
      user.present({ name, shell, groups }),
      authorizedKeys.present({ user: name, keys, exclusive }),
    ]),
    ...administration(context, [
      ...present.flatMap(([name, { sudo }]) => (sudo ? [name] : [])),
      ...(leaving === undefined ? [] : [leaving]),
    ]),
    ...named.flatMap(([name, { absent }]) => (absent ? [user.absent({ name })] : [])),
  ]
}

/** Fettle itself may depend on it. */
const administration = ({ settings: { sudo }, render }: Context, administrators: readonly string[]): Declaration[] => {
  const inForce = { path: '/etc/sudoers.d/50-fettle', validate: sudoers }
  if (administrators.length === 0) return [file.absent(inForce)]
  const content = render('base/sudoers', { ...sudo, administrators })
  return [apt.installed({ name: 'sudo' }), file.present({ ...inForce, content, mode: '0440' })]
}

const upgrades = ({ settings: { securityUpgrades }, render }: Context): Declaration[] => [
  ...(securityUpgrades.enabled ? [apt.installed({ name: 'unattended-upgrades' })] : []),
  file.present({
    path: '/etc/apt/apt.conf.d/60fettle-upgrades',
    content: render('base/upgrades.conf', securityUpgrades),
  }),
]

/** A container has its machine's clock, which is not its to set. */
const timeSynchronisation = ({ settings: { timeServers }, host, render }: Context): Declaration[] => {
  if (host.facts.container) return []
  return [
    apt.installed({ name: 'systemd-timesyncd', provides: { units: [timesync] } }),
    directory.present({ path: '/etc/systemd/timesyncd.conf.d' }),
    file.present({
      path: '/etc/systemd/timesyncd.conf.d/fettle.conf',
      content: render('base/timesyncd.conf', { servers: timeServers }),
      restarts: [timesync],
    }),
    service.running({ unit: timesync }),
  ]
}
