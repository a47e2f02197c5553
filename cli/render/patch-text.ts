import { groupBy } from '../../engine/core/group-by.ts'
import { type PatchPlan, type Tier, tiers, type Upgrade } from '../../engine/core/patch.ts'
import { counted, type Look, paints } from './look.ts'
import { compressNames } from './names.ts'
import { visibleLine } from './visible.ts'
import { padded, width } from './width.ts'

const headings: Readonly<Record<Tier, string>> = {
  balancer: 'Balancers, one by one',
  app: 'App hosts, in waves, drained',
  database: 'Databases, replicas first',
  other: 'All others, one by one',
}

/** What would change on which host, in the order in which it would; hosts with the same before them are told together. */
export const patchText = (plans: readonly PatchPlan[], look: Look): string => {
  const parts = tiers.flatMap((tier) => {
    const pending = plans.filter((plan) => plan.pending && plan.tier === tier)
    return pending.length > 0 ? [[paints(look).bold(headings[tier]), ...hostsText(pending, look)].join('\n')] : []
  })
  const rest = plans.filter(({ pending }) => !pending)
  if (rest.length > 0) parts.push(`Nothing to patch on ${visibleLine(compressNames(rest.map(({ host }) => host)))}`)
  const blind = plans.filter((plan) => plan.pending && plan.blind).map(({ host }) => host)
  if (blind.length > 0) parts.push(blindText(blind))
  return parts.join('\n\n')
}

const blindText = (hosts: readonly string[]): string =>
  `needrestart is not on ${visibleLine(compressNames(hosts))}: services there use what was replaced until they restart`

const hostsText = (plans: readonly PatchPlan[], look: Look): string[] => {
  const alike = groupBy(plans, ({ host: _, ...plan }) => JSON.stringify(plan))
  return [...alike.values()].flatMap((group) => {
    const [plan] = group as [PatchPlan]
    const names = visibleLine(compressNames(group.map(({ host }) => host)))
    return [`  ${names}: ${summary(plan)}`, ...upgradesText(plan.upgrades, look)]
  })
}

const summary = (plan: PatchPlan): string => {
  const { upgrades, restarts, reboot, because } = plan
  const fixes = upgrades.filter(({ security }) => security).length
  return [
    ...(plan.begun ? ['was begun by a run that was cut short'] : []),
    ...(plan.unfinished ? ['dpkg was cut short, and finishes first'] : []),
    ...(upgrades.length > 0 ? [`${counted(upgrades.length, 'package')}, ${fixes} for security`] : []),
    ...(restarts.length > 0 ? [`restart ${visibleLine(restarts.join(', '))}`] : []),
    ...(reboot === 'no' ? [] : [reboot === 'expected' ? 'reboot expected' : 'reboot']),
    ...(because.length > 0 ? [`wants to be rebooted: ${visibleLine(because.join('; '))}`] : []),
  ].join('; ')
}

const upgradesText = (upgrades: readonly Upgrade[], look: Look): string[] => {
  const longest = Math.max(0, ...upgrades.map(({ name }) => width(name)))
  return upgrades.map(({ name, from, to, security }) => {
    const mark = security ? `  ${paints(look).yellow('security')}` : ''
    return `    ${padded(visibleLine(name), longest)}  ${visibleLine(from ?? 'new')} -> ${visibleLine(to)}${mark}`
  })
}
