import { apt } from '../../engine/resources/apt.ts'
import { command } from '../../engine/resources/command.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import { timer } from '../../engine/resources/timer.ts'
import { unit } from '../../engine/resources/unit.ts'
import type { Context, HardeningControl } from './control.ts'

export const files: readonly HardeningControl[] = [
  {
    name: 'file-modes',
    title: 'only root changes the lists of accounts, and reads crontabs and the configuration of sshd',
    why: 'a mode that somebody changed for an evening stays',
    reference: 'CIS: system file permissions; Lynis FILE-7524',
    resources: () => [command.run({ name: 'set the modes of system files', unless: areAsWanted, script: setModes })],
  },
  {
    name: 'integrity',
    title: 'what changes in /etc, /boot, /usr/local and the crontabs is told every night',
    why: 'who came in leaves something that lets him in again',
    reference: 'CIS: integrity checking (AIDE); Lynis FINT-4350',
    resources: (context) => integrity(context),
  },
  {
    name: 'package-checksums',
    title: 'programs that are not as their package brought them are told every night',
    why: 'what an upgrade changes is known, and needs no list of its own',
    reference: 'Lynis PKGS-7370',
    resources: ({ render }) => [
      apt.installed({ name: 'debsums' }),
      unit.present({ name: 'fettle-checksums.service', content: render('hardening/checksums.service', {}) }),
      timer.present({ name: 'fettle-checksums', calendar: '*-*-* 03:00', spread: 3600 }),
    ],
  },
]

const modes: readonly (readonly [mode: string, path: string])[] = [
  ['644', '/etc/passwd'],
  ['644', '/etc/group'],
  ['640', '/etc/shadow'],
  ['640', '/etc/gshadow'],
  ['600', '/etc/crontab'],
  ['600', '/etc/ssh/sshd_config'],
]

const areAsWanted = modes
  .map(([mode, path]) => `{ [ ! -e ${path} ] || [ "$(stat -c %a:%U ${path})" = ${mode}:root ]; }`)
  .join(' && ')

const setModes = modes
  .map(([mode, path]) => `[ ! -e ${path} ] || { chown root ${path} && chmod ${mode} ${path}; }`)
  .join('\n')

const program = '/usr/local/lib/fettle/integrity'

/** AIDE reads paths as patterns. */
const pattern = (path: string): string => path.replaceAll(/[.+]/g, '\\$&')

const watched = ({ also, ignore }: Context['settings']['integrity']) => ({
  also: also.map(pattern),
  ignore: ignore.map(pattern),
})

/** AIDE's own package, without Debian's rules, which watch what upgrades change as well. */
const integrity = ({ settings, render }: Context) => [
  apt.installed({ name: 'aide' }),
  directory.present({ path: '/etc/aide' }),
  directory.present({ path: '/var/lib/aide', mode: '0700' }),
  file.present({
    path: '/etc/aide/aide.conf',
    content: render('hardening/aide.conf', watched(settings.integrity)),
    mode: '0600',
    validate: { name: 'aide', script: 'aide --config /etc/aide/aide.conf --config-check' },
  }),
  directory.present({ path: '/usr/local/lib/fettle' }),
  file.present({ path: program, content: render('hardening/integrity', {}), mode: '0755' }),
  unit.present({ name: 'fettle-integrity.service', content: render('hardening/integrity.service', { program }) }),
  timer.present({ name: 'fettle-integrity', calendar: '*-*-* 02:00', spread: 3600 }),
]
