import { appliesUnless, type Control } from '../../engine/core/hardening.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import type { BaseSettings } from './settings.ts'
import type { SshSettings } from './ssh-settings.ts'

type Context = Pick<RoleContext<BaseSettings>, 'settings' | 'host'>

const files = {
  ssh: 'file:/etc/ssh/sshd_config.d/00-fettle.conf',
  sudo: 'file:/etc/sudoers.d/50-fettle',
  journal: 'file:/etc/systemd/journald.conf.d/fettle.conf',
  upgrades: 'file:/etc/apt/apt.conf.d/60fettle-upgrades',
}

/** What the role takes against attackers; its settings are the exceptions, and their reasons. */
export const hardening = (context: Context): readonly Control[] => [
  ...sshControls(context.settings.ssh),
  ...sudoControls(context.settings),
  upgrades(context.settings),
  journal,
  time(context),
]

/** The first thing that is said against it, as `base.ssh.keysOnly is false`. */
const said = (settings: SshSettings, against: Readonly<Record<string, unknown>>): string | null => {
  if (!settings.enabled) return 'base.ssh.enabled is false'
  const found = Object.entries(against).find(([, value]) => value !== undefined)
  return found ? `base.ssh.${found[0]} is ${found[1]}` : null
}

/** The value, where it is one of those that leave the control out. */
const among = <Value>(value: Value, ...leaving: readonly Value[]): Value | undefined =>
  leaving.includes(value) ? value : undefined

const sshControls = (ssh: SshSettings): readonly Control[] => {
  const control = (name: string, title: string, why: string, against: Readonly<Record<string, unknown>>): Control => ({
    name,
    title,
    why,
    reference: 'CIS: SSH server; dev-sec: ssh-hardening',
    standing: appliesUnless(said(ssh, against), [files.ssh]),
  })
  const limits = Object.entries(ssh.limits).map(([name, value]) => [`limits.${name}`, among(value, null)] as const)
  return [
    control('ssh-keys-only', 'no passwords over SSH', 'passwords are guessed, and reused elsewhere', {
      keysOnly: among(ssh.keysOnly, false),
    }),
    control('ssh-root', 'root has no password over SSH', 'a shared account leaves no trace of who used it', {
      rootLogin: among(ssh.rootLogin, 'distribution'),
    }),
    control('ssh-algorithms', 'no weak algorithms of SSH', 'what is recorded today may be read tomorrow', {
      algorithms: among(ssh.algorithms, 'distribution'),
    }),
    control(
      'ssh-limits',
      'limits of log-ins and sessions',
      'guessing costs time, and dead connections end',
      Object.fromEntries(limits),
    ),
    control(
      'ssh-forwarding',
      'no agents and windows are lent, ports only to jump hosts',
      'who has a host has not what logs in through it',
      {
        tcpForwarding: among(ssh.tcpForwarding, 'yes', 'distribution'),
        agentForwarding: among(ssh.agentForwarding, true, null),
        x11Forwarding: among(ssh.x11Forwarding, true, null),
      },
    ),
    control('ssh-version', 'strangers do not hear which package serves them', 'a version says what works against it', {
      banner: among(ssh.banner, true),
    }),
  ]
}

const sudoControls = ({ sudo, users }: BaseSettings): readonly Control[] => {
  if (!Object.values(users).some((user) => user.sudo && !user.absent)) return []
  return [
    {
      name: 'sudo-terminal',
      title: 'sudo gives each command a terminal of its own',
      why: 'a command that lives on cannot type into another one’s',
      reference: 'CIS: privilege escalation',
      standing: appliesUnless(sudo.usePty ? null : 'base.sudo.usePty is false', [files.sudo]),
    },
  ]
}

const upgrades = ({ securityUpgrades: { enabled } }: BaseSettings): Control => ({
  name: 'security-upgrades',
  title: 'security fixes come every day by themselves',
  why: 'most break-ins use what has been mended for long',
  reference: 'CIS: package updates',
  standing: appliesUnless(enabled ? null : 'base.securityUpgrades.enabled is false', [
    'apt:unattended-upgrades',
    files.upgrades,
  ]),
})

const journal: Control = {
  name: 'journal',
  title: 'the journal outlives a reboot, and has bounds',
  why: 'what happened can be read afterwards, and does not fill the disk',
  reference: 'CIS: system logging',
  standing: { is: 'applies', keys: [files.journal] },
}

const time = ({ host }: Context): Control => ({
  name: 'time',
  title: 'the clock follows a server',
  why: 'logs of several hosts fit together, and certificates end when they should',
  reference: 'CIS: time synchronization',
  standing: host.facts.container
    ? { is: 'machine' }
    : { is: 'applies', keys: ['file:/etc/systemd/timesyncd.conf.d/fettle.conf', 'service:systemd-timesyncd.service'] },
})
