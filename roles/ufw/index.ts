import { appliesUnless } from '../../engine/core/hardening.ts'
import type { HostView } from '../../engine/core/host.ts'
import { defineRole, type RoleContext } from '../../engine/core/role.ts'
import { apt } from '../../engine/resources/apt.ts'
import { firewall } from '../../engine/resources/firewall.ts'
import { plainNetwork } from '../networks.ts'
import { managementNetworks } from './management.ts'
import { rulesOf } from './rules.ts'
import { UfwSettings } from './settings.ts'

export default defineRole({
  name: 'ufw',
  summary: 'Keeps out everything but what the roles of the host listen on, for those who they say may reach it.',
  settings: UfwSettings,

  resources: (context) => {
    const { settings, host, site } = context
    const { exclusive, logging, outgoing, ipv6 } = settings
    const networks = managementNetworks(context).map(plainNetwork)
    const rules = rulesOf(host, site, networks)
    const management = { networks, ports: managementPorts(context) }
    return [
      apt.installed({ name: 'ufw' }),
      firewall.enforced({ rules, management, exclusive, logging, outgoing, ipv6 }),
    ]
  },

  hardening: ({ settings: { logging } }) => [
    {
      name: 'firewall',
      title: 'only what a role listens on may be reached, by those who it is for',
      why: 'what listens by mistake is out of reach',
      reference: 'CIS: host based firewall',
      standing: { is: 'applies', keys: ['apt:ufw', 'firewall:ufw'] },
    },
    {
      name: 'firewall-log',
      title: 'what is kept out is written down',
      why: 'who tries what, and what of one’s own is kept out by mistake',
      reference: 'CIS: host based firewall',
      standing: appliesUnless(logging === 'off' ? 'ufw.logging is off' : null, ['firewall:ufw']),
    },
  ],

  listens: ({ settings, host }) => [
    { port: sshPort(host), protocol: 'tcp', from: 'controller', why: 'log-in' },
    ...settings.rules.map(({ through, ...rule }) => ({ ...rule, ...(through !== undefined && { through }) })),
  ],
})

const sshPort = ({ variables }: HostView): number => Number(variables.ansible_port ?? variables.ansible_ssh_port ?? 22)

/** The port that we came through, and whatever else the controller is to reach. */
const managementPorts = ({ host, site }: RoleContext<UfwSettings>): readonly number[] => {
  const said = site.listens(host.name).filter(({ from, protocol }) => from === 'controller' && protocol === 'tcp')
  const ports = [...said.map(({ port }) => port), ...(host.facts.arrival ? [host.facts.arrival.port] : [])]
  return [...new Set(ports)].sort((a, b) => a - b)
}
