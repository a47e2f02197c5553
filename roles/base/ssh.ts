import type { Arrival } from '../../engine/core/host.ts'
import type { Declaration, Validator } from '../../engine/core/resource.ts'
import type { RoleContext } from '../../engine/core/role.ts'
import { quote } from '../../engine/core/shell.ts'
import type { Guard } from '../../engine/core/step.ts'
import { apt } from '../../engine/resources/apt.ts'
import { dropIn } from '../../engine/resources/drop-in.ts'
import { file } from '../../engine/resources/file.ts'
import type { BaseSettings } from './settings.ts'
import type { SshSettings } from './ssh-settings.ts'

/** One line of sshd_config. */
export interface Directive {
  readonly keyword: string
  readonly value: string
  /** As `sshd -T` says it, where it is sure to. Default: the value itself. */
  readonly effective?: string | null
}

/**
 * What is taken away from the distribution's own lists: nothing that Fettle or a client of this decade needs. What is
 * taken away by name or pattern may be unknown to an sshd, what is listed may not; and what is new there stays.
 */
export const weak: Readonly<Record<string, readonly string[]>> = {
  KexAlgorithms: ['*sha1', 'diffie-hellman-group14-*'],
  Ciphers: ['*-cbc*', 'arcfour*'],
  MACs: ['*sha1*', '*md5*', 'umac-64*', 'umac-128@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  HostKeyAlgorithms: ['ssh-rsa*', 'ssh-dss*'],
  PubkeyAcceptedAlgorithms: ['ssh-rsa*', 'ssh-dss*'],
}

/** The new port first. The one that Fettle comes through stays until it comes through the new one. */
export const portsOf = ({ port }: SshSettings, arrival: Arrival | null): readonly number[] => {
  if (port === undefined) return []
  return arrival === null || arrival.port === port ? [port] : [port, arrival.port]
}

/** Unless Fettle is seen to log in as somebody else, root goes on to log in, with keys. */
const rootLogin = ({ rootLogin }: SshSettings, arrival: Arrival | null) =>
  rootLogin ?? (arrival?.user === undefined || arrival.user === 'root' ? 'prohibit-password' : 'no')

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? 'yes' : 'no')

/** In the order of the file. What is left to the distribution is left out. */
export const directives = (settings: SshSettings, arrival: Arrival | null): readonly Directive[] => {
  const { keysOnly, algorithms, limits, tcpForwarding, agentForwarding, x11Forwarding, banner } = settings
  const root = rootLogin(settings, arrival)
  const lines: readonly (readonly [keyword: string, value: string | number | null, effective?: string | null])[] = [
    ...portsOf(settings, arrival).map((port) => ['Port', port, null] as const),
    ['PubkeyAuthentication', keysOnly ? 'yes' : null],
    ['PasswordAuthentication', keysOnly ? 'no' : null],
    ['KbdInteractiveAuthentication', keysOnly ? 'no' : null],
    ['PermitEmptyPasswords', keysOnly ? 'no' : null],
    ['PermitRootLogin', root === 'distribution' ? null : root],
    ['MaxAuthTries', limits.authTries],
    ['LoginGraceTime', limits.loginGrace],
    ['MaxStartups', limits.startups],
    ['MaxSessions', limits.sessions],
    ['ClientAliveInterval', limits.aliveInterval],
    ['ClientAliveCountMax', limits.aliveCount],
    ['AllowTcpForwarding', tcpForwarding === 'distribution' ? null : tcpForwarding],
    ['AllowAgentForwarding', yesNo(agentForwarding)],
    ['X11Forwarding', yesNo(x11Forwarding)],
    ['DebianBanner', banner ? null : 'no', null],
    ...Object.entries(algorithms === 'modern' ? weak : {}).map(
      ([keyword, names]) => [keyword, `-${names.join(',')}`, null] as const,
    ),
  ]
  return lines.flatMap(([keyword, value, effective]) =>
    value === null ? [] : [{ keyword, value: `${value}`, ...(effective !== undefined && { effective }) }],
  )
}

/**
 * Judges syntax, and whether it takes effect: of two files that speak of one thing sshd heeds the first, and a file
 * that is not included says nothing.
 */
export const sshdValidator = (settings: SshSettings, arrival: Arrival | null): Validator => {
  const ports = portsOf(settings, arrival)
  const expected = directives(settings, arrival).flatMap(({ keyword, value, effective = value }) =>
    effective === null ? [] : [`${keyword.toLowerCase()} ${effective}`],
  )
  return { name: 'sshd', script: judge(expected, ports.map(String).sort().join('\n')) }
}

const judge = (expected: readonly string[], ports: string): string => `
[ -d /run/sshd ] || mkdir -m 0755 /run/sshd
sshd -t || exit
effective=$(sshd -T) || exit
# OpenSSH 10.6 writes all as its manual does; before, keywords were in small letters, and one value had its former name.
effective=$(printf '%s\\n' "$effective" | sed -E 's/^[^ ]*/\\L&/; s/^(permitrootlogin) without-password$/\\1 prohibit-password/')
status=0
contradicts() {
  status=1
  echo "$2. Another file says so first, or /etc/ssh/sshd_config does not begin with: Include /etc/ssh/sshd_config.d/*.conf"
  grep -rniE "^[[:space:]]*$1[[:space:]=]" /etc/ssh/sshd_config /etc/ssh/sshd_config.d
}
while IFS= read -r line; do
  keyword=\${line%% *}
  printf '%s\\n' "$effective" | grep -qxF -- "$line" ||
    contradicts "$keyword" "sshd would have '$(printf '%s\\n' "$effective" | grep -- "^$keyword ")', not '$line'"
done <<'X' >&2
${expected.join('\n')}
X
ports=${quote(ports)}
found=$(printf '%s\\n' "$effective" | sed -n 's/^port //p' | sort -u)
[ -z "$ports" ] || [ "$found" = "$ports" ] ||
  contradicts port "sshd would listen on $(echo $found), not on $(echo $ports)" >&2
exit $status`

const unit = 'ssh.service'
const folder = '/etc/ssh/sshd_config.d'

/** Sorts before what cloud images bring: of two files that speak of one thing sshd heeds the first. */
const dropInFile = `${folder}/00-fettle.conf`

export const sshServer = ({ settings: { ssh }, host: { facts }, render }: RoleContext<BaseSettings>): Declaration[] => {
  if (!ssh.enabled) return []
  const ports = portsOf(ssh, facts.arrival)
  const guard: Guard = ports[0] === undefined ? {} : { port: ports[0] }
  return [
    apt.installed({ name: 'openssh-server', provides: { units: [unit], paths: [`${folder}/`] } }),
    file.present({
      path: dropInFile,
      content: render('base/sshd.conf', { directives: directives(ssh, facts.arrival), extra: ssh.extra.trimEnd() }),
      validate: sshdValidator(ssh, facts.arrival),
      // A reload ends before sshd has read anything, and who came in then would have proved nothing. Sessions outlive a restart.
      restarts: [unit],
      guard,
    }),
    ...(ports.length > 0 ? [socket(ports, guard, render)] : []),
  ]
}

/** Where systemd listens in place of sshd, as on Ubuntu since 22.10. Elsewhere it is a file that nobody heeds. */
const socket = (ports: readonly number[], guard: Guard, render: RoleContext<BaseSettings>['render']): Declaration =>
  dropIn.present({
    unit: 'ssh.socket',
    name: 'fettle',
    content: render('base/ssh.socket.conf', { ports }),
    restarts: ['ssh.socket'],
    guard,
  })

export const sshNotices = (settings: SshSettings, arrival: Arrival | null): readonly string[] => {
  const [port, old] = portsOf(settings, arrival)
  if (port === undefined || old === undefined) return []
  return [
    `sshd moves from port ${old} to ${port} and listens on both: set ansible_port to ${port}, then run again to close ${old}`,
  ]
}
