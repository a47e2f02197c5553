import type { Declaration, Validator } from '../../engine/core/resource.ts'
import { apt } from '../../engine/resources/apt.ts'
import { file } from '../../engine/resources/file.ts'
import { service } from '../../engine/resources/service.ts'
import type { Context, HardeningControl } from './control.ts'
import { neverBanned } from './never-banned.ts'

const unit = 'fail2ban.service'
const validate: Validator = { name: 'fail2ban', script: 'fail2ban-client --test' }

export const intrusion: readonly HardeningControl[] = [
  {
    name: 'bans',
    title: 'who fails to log in several times is kept out for a while',
    why: 'guessing and trying holes of sshd take many connections',
    reference: 'Lynis DEB-0880, TOOL-5102',
    resources: (context) => bans(context),
  },
]

/** In a table of nft of its own: what ufw loads, counts and compares stays as it is, and a ban outlives its reload. */
const bans = (context: Context): readonly Declaration[] => [
  ...['nftables', 'python3-systemd'].map((name) => apt.installed({ name })),
  apt.installed({ name: 'fail2ban', provides: { units: [unit], paths: ['/etc/fail2ban/'] } }),
  file.present({
    path: '/etc/fail2ban/jail.local',
    content: context.render('hardening/jail.local', {
      ...context.settings.bans,
      never: neverBanned(context),
      ports: sshPorts(context),
    }),
    validate,
    restarts: [unit],
  }),
  service.running({ unit }),
]

/** For its messages: the ban is for all ports. */
const sshPorts = ({ host, site }: Context): readonly number[] => [
  ...new Set([
    ...site
      .listens(host.name)
      .filter(({ from, protocol }) => from === 'controller' && protocol === 'tcp')
      .map(({ port }) => port),
    22,
  ]),
]
