import { FettleError, throwAll } from '../../engine/core/error.ts'
import type { PoolServer } from '../../engine/core/rotation.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import { HeldHost } from '../../engine/rollout/held-host.ts'
import { Rotation } from '../../engine/rollout/rotation/rotation.ts'
import { type BalancerSite, balancersAmong, openBalancerSite } from './balancer-site.ts'
import { changing, type LbOptions } from './change.ts'

interface DrainOptions extends LbOptions {
  /** Seconds to wait for answers that are under way. */
  readonly timeout: number
}

/** Takes a server, or all of a host, out of rotation on every balancer. */
export const drain = (name: string, options: DrainOptions): Promise<void> =>
  change(name, options, 'gets no requests any more', async (rotation, servers) => {
    const busy = await rotation.drain(servers, options.timeout)
    if (busy > 0) throw stillBusy(name, busy, options.timeout)
  })

/** Puts it back, once each balancer finds it healthy. */
export const ready = (name: string, options: LbOptions): Promise<void> =>
  change(name, options, 'gets requests again, once it is healthy', (rotation, servers) => rotation.admit(servers))

const change = async (
  name: string,
  options: LbOptions,
  what: string,
  work: (rotation: Rotation, servers: readonly PoolServer[]) => Promise<void>,
): Promise<void> => {
  const site = await openBalancerSite(options)
  const servers = serversNamed(name, site)
  const concerned = { ...site, hosts: site.hosts.filter(({ pools }) => pools.length > 0) }
  await changing(concerned, options, async (entered) => {
    throwAll(entered.flatMap(({ held }) => (held instanceof HeldHost ? [] : [held])))
    const balancers = balancersAmong(entered)
    const on = balancers.map(({ host }) => host).join(', ')
    return {
      shown: `  ${servers.map((server) => server.name).join(', ')} ${what}, on ${on}`,
      hosts: balancers.map(({ held }) => held),
      work: () => work(new Rotation(balancers), servers),
    }
  })
}

/** A server by its name, or all of a host. Errors: `address.unknown`. */
const serversNamed = (name: string, { hosts }: BalancerSite): readonly PoolServer[] => {
  const all = hosts.flatMap(({ pools }) => pools.flatMap(({ servers }) => servers))
  const found = all.filter((server) => server.name === name || server.host === name)
  if (found.length > 0) return [...new Map(found.map((server) => [server.name, server])).values()]
  const names = [...new Set(all.map((server) => server.name))]
  throw new FettleError({
    code: 'address.unknown',
    message: `no balancer sends requests to "${name}"`,
    hint: didYouMean(name, names) ?? `the servers are: ${names.join(', ') || 'none'}`,
  })
}

const stillBusy = (name: string, busy: number, seconds: number): FettleError =>
  new FettleError({
    code: 'balancer.failed',
    message: `${name} still had ${busy} ${busy === 1 ? 'request' : 'requests'} to answer after ${seconds} s`,
    hint: 'it gets no new ones; --timeout gives it longer',
  })
