import type { Guard } from '../core/step.ts'

const unitsOf = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`/etc/systemd/system/${name}`, `/etc/systemd/system/${name}.d/`])

/** Files and folders, which a trailing slash marks, by which a host decides who may log in and become root. */
const doors: readonly string[] = [
  '/etc/ssh/sshd_config',
  '/etc/ssh/sshd_config.d/',
  '/etc/sudoers',
  '/etc/sudoers.d/',
  '/etc/pam.conf',
  '/etc/pam.d/',
  '/etc/security/',
  '/etc/nsswitch.conf',
  '/etc/passwd',
  '/etc/shadow',
  '/etc/group',
  '/etc/shells',
  '/etc/nologin',
  '/etc/hosts.allow',
  '/etc/hosts.deny',
  '/etc/nftables.conf',
  '/etc/iptables/',
  '/etc/ufw/',
  '/etc/default/ufw',
  ...unitsOf('ssh.service', 'ssh.socket', 'nftables.service'),
]

/** By which it decides what its addresses and routes are. */
const network: readonly string[] = [
  '/etc/network/',
  '/etc/netplan/',
  '/etc/NetworkManager/',
  '/etc/systemd/network/',
  '/etc/systemd/networkd.conf',
  '/etc/systemd/networkd.conf.d/',
  ...unitsOf('systemd-networkd.service', 'networking.service', 'NetworkManager.service'),
]

/** What a file needs by which a host decides whether and how somebody comes in, whatever the role says that describes it. */
export const guardOf = (path: string): Guard | undefined => {
  if (isAmong(path, network)) return { network: true }
  return path.endsWith('/.ssh/authorized_keys') || isAmong(path, doors) ? {} : undefined
}

const isAmong = (path: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
