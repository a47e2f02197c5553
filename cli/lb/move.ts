import { FettleError, throwAll } from '../../engine/core/error.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { move as carryOut, type Move, moveOf } from '../../engine/rollout/addresses/move.ts'
import { type AddressStatus, statusOf } from '../../engine/rollout/addresses/status.ts'
import { HeldHost } from '../../engine/rollout/held-host.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { asRun } from '../as-run.ts'
import { exitCode } from '../exit-codes.ts'
import type { HostOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { say } from '../write.ts'
import { type Entered, inBalancers, openBalancerSite, seeAddresses } from './balancer-site.ts'

export interface LbOptions extends HostOptions, ChangeOptions {
  readonly wait?: true
}

interface MoveOptions extends LbOptions {
  readonly to?: string
}

/** Has another balancer take an address over: what is open to it is cut, and nothing else. */
export const move = async (name: string | undefined, options: MoveOptions): Promise<void> => {
  const site = await openBalancerSite(options)
  const { folder, environment } = site
  const renderer = await openRenderer(options)
  try {
    await asRun(
      { folder, environment, site: site.site, hosts: site.hosts.map(({ view }) => view.name) },
      renderer.emit,
      (emit, claim) =>
        inBalancers(site, options, emit, async (entered) => {
          const wanted = moveOf(chosen(name, statusOf(await seeAddresses(entered))), options.to)
          if (!wanted) say(`${options.to} has it.`)
          const shown = wanted ? describe(wanted) : ''
          if (!wanted || !(await agreed(environment, options, { shown, isAnything: true }))) return []
          const hosts = membersIn(entered, wanted.name)
          const leasing = { claim, wait: options.wait ?? false, emit }
          await holdingAll([...hosts.values()], leasing, () => carryOut(hosts, wanted))
          process.exitCode = exitCode.done
          return [...hosts.keys()]
        }),
      (changed) => changed.map((host) => ({ host, outcome: 'changed' as const })),
    )
  } finally {
    renderer.close()
  }
}

/** Errors: `address.unknown`. */
const chosen = (name: string | undefined, all: readonly AddressStatus[]): AddressStatus => {
  const [only] = all
  if (name === undefined && only && all.length === 1) return only
  const found = all.find((each) => each.name === name)
  if (found) return found
  const names = all.map((each) => each.name)
  throw new FettleError({
    code: 'address.unknown',
    message: name === undefined ? 'it must be said which address' : `there is no address "${name}"`,
    hint: (name !== undefined && didYouMean(name, names)) || `the addresses are: ${names.join(', ') || 'none'}`,
  })
}

/** All that may have it: who does not answer might, too. Errors: those of connecting. */
const membersIn = (entered: readonly Entered[], name: string): ReadonlyMap<string, HeldHost> => {
  const members = entered.filter(({ addresses }) => addresses.some((each) => each.name === name))
  throwAll(members.flatMap(({ held }) => (held instanceof HeldHost ? [] : [held])))
  return new Map(members.flatMap(({ view, held }) => (held instanceof HeldHost ? [[view.name, held] as const] : [])))
}

const describe = ({ name, address, from, to, stays }: Move): string =>
  [
    `  ${name} (${address}) moves from ${from ?? 'nobody'} to ${to}: connections that are open to it end`,
    ...(stays === null
      ? []
      : [`  ${stays}, the preferred one, does not take it back until you move it there, or it reboots`]),
  ].join('\n')
