import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { authorizedKeys } from '../../engine/resources/authorized-keys.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import { timezone } from '../../engine/resources/timezone.ts'
import { user } from '../../engine/resources/user.ts'
import { BaseSettings } from './settings.ts'

type Context = RoleContext<BaseSettings>

const sudoers: Validator = { name: 'sudoers', script: 'visudo -c' }
const journal = 'systemd-journald.service'
const timesync = 'systemd-timesyncd.service'

export default defineRole({
  name: 'base',
  summary: 'What every host should have: people, time, a bounded journal, security fixes.',
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
  ],
})

const people = ({ settings, render }: Context): Declaration[] => {
  const administrators = Object.entries(settings.users).flatMap(([name, { sudo }]) => (sudo ? [name] : []))
  return [
    ...(administrators.length > 0 ? [apt.installed({ name: 'sudo' })] : []),
    ...Object.entries(settings.users).flatMap(([name, { keys, groups, shell }]) => [
      user.present({ name, shell, groups }),
      authorizedKeys.present({ user: name, keys }),
    ]),
    ...(administrators.length > 0
      ? [
          file.present({
            path: '/etc/sudoers.d/50-fettle',
            content: render('base/sudoers', { administrators }),
            mode: '0440',
            validate: sudoers,
          }),
        ]
      : []),
  ]
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
