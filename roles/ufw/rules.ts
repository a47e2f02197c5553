import { addressesOf } from '../../engine/core/addresses.ts'
import { type Problem, throwAll } from '../../engine/core/error.ts'
import { groupBy } from '../../engine/core/group-by.ts'
import type { HostView, SiteView } from '../../engine/core/host.ts'
import type { OpenPort } from '../../engine/core/listen.ts'
import type { AllowRule } from '../../engine/resources/ufw/rules.ts'
import { plainNetwork } from '../networks.ts'

/**
 * What is let in to a host, from what its roles listen on. Errors: `settings.invalid`, for all hosts of groups whose
 * addresses are not known.
 */
export const rulesOf = (host: HostView, site: SiteView, management: readonly string[]): readonly AllowRule[] => {
  const problems: Problem[] = []
  const wanted = site.listens(host.name).flatMap((open) =>
    sourcesOf(open, host, site, management, problems).map((from) => ({
      protocol: open.protocol,
      port: portsOf(open),
      from,
      comment: `${open.role}: ${open.why}`,
    })),
  )
  throwAll(problems)
  const same = groupBy(wanted, ({ protocol, port, from }) => `${protocol} ${port} ${from}`)
  return [...same.values()].map((rules) => ({
    ...(rules[0] as AllowRule),
    comment: [...new Set(rules.map(({ comment }) => comment))].join('; '),
  }))
}

const portsOf = ({ port, through }: OpenPort): string => {
  if (port === 0) return 'any'
  return through === undefined ? `${port}` : `${port}:${through}`
}

const sourcesOf = (
  open: OpenPort,
  host: HostView,
  site: SiteView,
  management: readonly string[],
  problems: Problem[],
): readonly (string | null)[] => {
  if (open.from === 'everybody') return [null]
  if (open.from === 'controller') return management.map(plainNetwork)
  if ('networks' in open.from) return open.from.networks.map(plainNetwork)
  const { group } = open.from
  const others = site.hosts(group).filter(({ name }) => name !== host.name)
  return others.flatMap((other) => {
    const addresses = addressesOf(other)
    if (addresses.length === 0) problems.push(unknownAddress(other, group, open))
    return addresses.map(plainNetwork)
  })
}

const unknownAddress = ({ name, address }: HostView, group: string, { role, port }: OpenPort): Problem => ({
  code: 'settings.invalid',
  message: `role "${role}" opens port ${port} to ${name} of group "${group}", whose address is not known`,
  detail: `the inventory reaches it by the name ${address}, and a firewall knows no names`,
  hint: `add "fettle_addresses: [ADDRESS]" to ${name} in the inventory: where its connections come from`,
})
