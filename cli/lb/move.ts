import { FettleError, throwAll } from '../../engine/core/error.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { move as carryOut, type Move, moveOf } from '../../engine/rollout/addresses/move.ts'
import { type AddressStatus, statusOf } from '../../engine/rollout/addresses/status.ts'
import { HeldHost } from '../../engine/rollout/held-host.ts'
import { say } from '../write.ts'
import { type Entered, openBalancerSite, seeAddresses } from './balancer-site.ts'
import { changing, type LbOptions } from './change.ts'

interface MoveOptions extends LbOptions {
  readonly to?: string
}

/** Has another balancer take an address over: what is open to it is cut, and nothing else. */
export const move = async (name: string | undefined, options: MoveOptions): Promise<void> =>
  changing(await openBalancerSite(options), options, async (entered) => {
    const wanted = moveOf(chosen(name, statusOf(await seeAddresses(entered))), options.to)
    if (!wanted) {
      say(`${options.to} has it.`)
      return null
    }
    const hosts = membersIn(entered, wanted.name)
    return { shown: describe(wanted), hosts: [...hosts.values()], work: () => carryOut(hosts, wanted) }
  })

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
