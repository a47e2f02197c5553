import type { Validator } from '../../engine/core/resource.ts'
import { file } from '../../engine/resources/file.ts'
import type { HardeningControl } from './control.ts'

/** Besides what the role base says of sshd, whose file comes first. */
export const access: readonly HardeningControl[] = [
  {
    name: 'banner',
    title: 'whoever logs in is told whose system it is',
    why: 'nobody can say that he did not know',
    reference: 'CIS: command line warning banners; Lynis BANN-7126, BANN-7130',
    resources: (context) => [
      ...['/etc/issue', '/etc/issue.net'].map((path) =>
        file.present({ path, content: `${context.settings.banner.trimEnd()}\n` }),
      ),
      sshd('banner', 'Banner /etc/issue.net'),
    ],
  },
  {
    name: 'ssh-log',
    title: 'the journal says with which key somebody came in',
    why: 'one account may have several people’s keys',
    reference: 'CIS: SSH server; Lynis SSH-7408',
    resources: () => [sshd('log', 'LogLevel VERBOSE')],
  },
  {
    name: 'ssh-extras',
    title: 'sshd makes no tunnels, takes no variables from users, and does not compress',
    why: 'a key is for a shell and for copies, not for a way past the firewall',
    reference: 'CIS: SSH server; dev-sec: ssh-hardening; Lynis SSH-7408',
    resources: () => [
      sshd(
        'extras',
        'PermitTunnel no',
        'PermitUserEnvironment no',
        'GatewayPorts no',
        'Compression no',
        '# Who is gone is found out by questions within the connection, which nobody else can answer.',
        'TCPKeepAlive no',
      ),
    ],
  },
]

const syntax: Validator = {
  name: 'sshd-syntax',
  script: '[ -d /run/sshd ] || mkdir -m 0755 /run/sshd\nsshd -t',
}

const sshd = (name: string, ...lines: readonly string[]) =>
  file.present({
    path: `/etc/ssh/sshd_config.d/10-fettle-${name}.conf`,
    content: `# Written by Fettle (role hardening): changes here are undone by the next run.\n${lines.join('\n')}\n`,
    validate: syntax,
    // As of the role base: a reload would prove nothing.
    restarts: ['ssh.service'],
  })
