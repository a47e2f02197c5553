import { apt } from '../../engine/resources/apt.ts'
import { command } from '../../engine/resources/command.ts'
import { directory } from '../../engine/resources/directory.ts'
import { file } from '../../engine/resources/file.ts'
import type { Context, HardeningControl } from './control.ts'

export const accounts: readonly HardeningControl[] = [
  {
    name: 'core-dumps',
    title: 'programs leave no memory behind when they crash',
    why: 'passwords and keys are in it',
    reference: 'CIS: process hardening; Lynis KRNL-5820',
    resources: (context) => [
      placed(context, '/etc/security/limits.d/99-fettle.conf', 'limits.conf'),
      placed(context, '/etc/profile.d/fettle-core-dumps.sh', 'core-dumps.sh'),
      directory.present({ path: '/etc/systemd/coredump.conf.d' }),
      placed(context, '/etc/systemd/coredump.conf.d/fettle.conf', 'coredump.conf'),
    ],
  },
  {
    name: 'umask',
    title: 'what people make in a shell is not for everybody to read',
    why: 'copies of configuration, with the passwords in them',
    reference: 'CIS: user default environment; Lynis AUTH-9328',
    resources: (context) => [placed(context, '/etc/profile.d/fettle-umask.sh', 'umask.sh')],
  },
  {
    name: 'idle-shells',
    title: 'a shell in which nobody types ends',
    why: 'a desk that somebody left is no way in',
    reference: 'CIS: user default environment; Lynis SHLL-6220',
    resources: (context) => [
      placed(context, '/etc/profile.d/fettle-idle.sh', 'idle.sh', { seconds: context.settings.idleMinutes * 60 }),
    ],
  },
  {
    name: 'password-quality',
    title: 'a new password is long, and no word',
    why: 'people need one for the console and for sudo',
    reference: 'CIS: PAM; Lynis AUTH-9262',
    resources: (context) => [
      apt.installed({
        name: 'libpam-pwquality',
        provides: { paths: ['/etc/security/pwquality.conf'], pathsOf: 'libpwquality-common' },
      }),
      directory.present({ path: '/etc/security/pwquality.conf.d' }),
      placed(context, '/etc/security/pwquality.conf.d/fettle.conf', 'pwquality.conf', {
        length: context.settings.passwordLength,
      }),
    ],
  },
  {
    name: 'password-hashing',
    title: 'what is kept of a password takes long to guess from',
    why: 'lists of accounts get lost, with backups for example',
    reference: 'dev-sec: os-hardening; Lynis AUTH-9230',
    resources: () => [command.run({ name: 'set the rounds of password hashes', unless: hasRounds, script: setRounds })],
  },
  {
    name: 'cron-access',
    title: 'only root makes crontabs, and sees those of the system',
    why: 'what came in through a program cannot come back by the clock',
    reference: 'CIS: job schedulers; Lynis FILE-7524',
    resources: (context) => [
      placed(context, '/etc/cron.allow', 'root-only'),
      placed(context, '/etc/at.allow', 'root-only'),
      ...['d', 'hourly', 'daily', 'weekly', 'monthly'].map((name) =>
        directory.present({ path: `/etc/cron.${name}`, mode: '0700' }),
      ),
    ],
  },
]

const definitions = '/etc/login.defs'
const rounds = ['SHA_CRYPT_MIN_ROUNDS', 'SHA_CRYPT_MAX_ROUNDS'].map((name) => [name, `${name} 65536`] as const)

const hasRounds = rounds.map(([, line]) => `grep -qx '${line}' ${definitions}`).join(' && ')

/** Its other lines are the distribution's and the administrator's. */
const setRounds = rounds
  .map(([name, line]) => `sed -i '/^[[:space:]]*${name}[[:space:]]/d' ${definitions}; echo '${line}' >>${definitions}`)
  .join('\n')

const placed = ({ render }: Context, path: string, template: string, variables = {}) =>
  file.present({ path, content: render(`hardening/${template}`, variables) })
