import type { Target } from '../engine/core/ports.ts'
import type { Walled } from '../engine/rollout/reach/walled.ts'
import { connect } from '../engine/transport/index.ts'
import { inTurn } from './aside.ts'
import { exitCode } from './exit-codes.ts'
import { matrixText } from './firewall-text.ts'
import { interruption } from './interruption.ts'
import { jsonLine } from './json-line.ts'
import { openingsOf } from './openings.ts'
import type { HostOptions } from './options.ts'
import { chooseHosts, type OpenSite, resolveChosen } from './site.ts'
import { openTargets } from './targets.ts'
import { sayVerified, verifyFirewalls } from './verify-firewalls.ts'
import { outgoingHosts, walledHosts } from './walled-hosts.ts'
import { write } from './write.ts'

export interface FirewallOptions extends HostOptions {
  readonly verify?: true
}

/** Who may reach what, and which role said so; with `--verify`, whether that is how it is. */
export const firewall = async (names: readonly string[], options: FirewallOptions): Promise<void> => {
  const limit = names.length > 0 ? names.join(',') : options.limit
  const chosen = { ...options, ...(limit !== undefined && { limit }) }
  const site = await resolveChosen(await chooseHosts(chosen), options)
  const walled = walledHosts(site)
  if (!options.verify) return show(site, walled, options)
  const target = await openTargets(options, inTurn())
  const targets = new Map(site.hosts.map(({ view, connection }) => [view.name, target(connection)]))
  const open = (name: string) => connect(targets.get(name) as Target, interruption())
  const verified = await verifyFirewalls({ walled, hosts: outgoingHosts(site), open, forks: options.forks })
  if (options.json) write(jsonLine({ ...verified, hosts: walled.map(({ host }) => host.name) }))
  else await sayVerified(verified, walled)
  if (verified.findings.length > 0) process.exitCode = exitCode.failed
}

const show = (site: OpenSite, walled: readonly Walled[], { json }: FirewallOptions): void => {
  const openings = openingsOf(site, walled)
  const names = site.hosts.map(({ view }) => view.name)
  if (json) for (const opening of openings) write(jsonLine(opening))
  else write(matrixText(openings, names, walled))
}
