import type { HostView } from '../engine/core/host.ts'
import type { Walled } from '../engine/rollout/reach/walled.ts'
import { saidNetworks } from '../roles/ufw/management.ts'
import type { UfwSettings } from '../roles/ufw/settings.ts'
import type { OpenSite } from './site.ts'

const settingsOf = ({ roles }: OpenSite['hosts'][number]): UfwSettings | undefined =>
  roles.find(({ role }) => role.name === 'ufw')?.settings as UfwSettings | undefined

/** Those of the chosen hosts that have a firewall, and what they let in. */
export const walledHosts = ({ hosts, resolved }: Pick<OpenSite, 'hosts' | 'resolved'>): readonly Walled[] =>
  hosts.flatMap((host) => {
    const settings = settingsOf(host)
    if (!settings) return []
    const { view } = host
    const management = saidNetworks({ settings, host: view, site: resolved.view })
    return [{ host: view, ports: resolved.view.listens(view.name), management }]
  })

/** Those of the chosen hosts that may connect to others, as far as their own firewall is asked. */
export const outgoingHosts = ({ hosts }: Pick<OpenSite, 'hosts'>): readonly HostView[] =>
  hosts.filter((host) => settingsOf(host)?.outgoing !== 'deny').map(({ view }) => view)
