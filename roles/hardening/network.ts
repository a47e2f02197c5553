import { command } from '../../engine/resources/command.ts'
import { file } from '../../engine/resources/file.ts'
import { sysctl } from '../../engine/resources/sysctl.ts'
import type { Context, HardeningControl } from './control.ts'

/**
 * Of the host's own network, a container's too. Nothing about forwarding, router advertisements and strangers' addresses in
 * the log: hosts may need the first two, and ufw decides the third.
 */
export const network: readonly HardeningControl[] = [
  {
    name: 'redirects',
    title: 'nobody tells the host other routes, and it tells nobody',
    why: 'a neighbour could lead its traffic through himself',
    reference: 'CIS: network kernel parameters; Lynis KRNL-6000',
    resources: (context) => [
      ...settings(families(context, ['accept_redirects'])),
      ...settings(both(4, ['secure_redirects', 'send_redirects'])),
      ...interfaces(context),
    ],
  },
  {
    name: 'source-routes',
    title: 'no packet says itself which way it takes',
    why: 'a way around the firewall would be one',
    reference: 'CIS: network kernel parameters; Lynis KRNL-6000',
    resources: (context) => settings(families(context, ['accept_source_route'])),
  },
  {
    name: 'forged-sources',
    title: 'no packet comes from an address that no route leads to',
    why: 'forged senders; not stricter, because addresses move between hosts',
    reference: 'CIS: network kernel parameters',
    resources: () => [sysctl.set({ key: 'net.ipv4.conf.all.rp_filter', value: 2 })],
  },
  {
    name: 'broadcasts',
    title: 'no answer to pings of everybody, and no log of wrong answers',
    why: 'otherwise hosts flood somebody in another one’s name',
    reference: 'CIS: network kernel parameters; Lynis KRNL-6000',
    resources: () =>
      settings(['net.ipv4.icmp_echo_ignore_broadcasts', 'net.ipv4.icmp_ignore_bogus_error_responses'], 1),
  },
  {
    name: 'syn-floods',
    title: 'connections that are only begun cost nothing once there are many',
    why: 'clients get in while somebody floods the host',
    reference: 'CIS: network kernel parameters; Lynis KRNL-6000',
    resources: () => settings(['net.ipv4.tcp_syncookies', 'net.ipv4.tcp_rfc1337'], 1),
  },
]

const settings = (keys: readonly string[], value = 0) => keys.map((key) => sysctl.set({ key, value }))

/** What holds for all interfaces, and for those to come. */
const both = (family: 4 | 6, names: readonly string[]): readonly string[] =>
  ['all', 'default'].flatMap((scope) => names.map((name) => `net.ipv${family}.conf.${scope}.${name}`))

const hasIpv6 = ({ host }: Context): boolean =>
  host.facts.interfaces.some(({ addresses }) => addresses.some((address) => address.includes(':')))

const families = (context: Context, names: readonly string[]): readonly string[] => [
  ...both(4, names),
  ...(hasIpv6(context) ? both(6, names) : []),
]

/** An interface that is there already has redirects of its own, whatever is said of all. */
const interfaces = ({ render }: Context) => [
  file.present({ path: '/etc/sysctl.d/zz-fettle-interfaces.conf', content: render('hardening/interfaces.conf', {}) }),
  command.run({
    name: 'let no interface heed or send redirects',
    unless: `! grep -s '^1' ${redirects} | grep -qv ${general}`,
    script: `for each in $(grep -ls '^1' ${redirects} | grep -v ${general}); do echo 0 >"$each"; done`,
  }),
]

const redirects =
  '/proc/sys/net/ipv[46]/conf/*/accept_redirects /proc/sys/net/ipv4/conf/*/secure_redirects /proc/sys/net/ipv4/conf/*/send_redirects'
const general = "'/conf/\\(all\\|default\\)/'"
