import { outOf, statusOf } from '../../engine/rollout/addresses/status.ts'
import { Rotation } from '../../engine/rollout/rotation/rotation.ts'
import { exitCode } from '../exit-codes.ts'
import { jsonLine } from '../json-line.ts'
import type { HostOptions } from '../options.ts'
import { lookOf } from '../output.ts'
import { balancersText } from '../render/balancers-text.ts'
import { write } from '../write.ts'
import { balancersAmong, inBalancers, openBalancerSite, seeAddresses } from './balancer-site.ts'

/** Who has which address, who would take it over, and how each balancer sees its servers. */
export const status = async (options: HostOptions): Promise<void> => {
  const site = await openBalancerSite(options)
  await inBalancers(
    site,
    options,
    () => {},
    async (entered) => {
      const seen = await seeAddresses(entered)
      const serving = new Set(seen.filter(({ state }) => state?.serves).map(({ host }) => host))
      const balancers = balancersAmong(entered).filter(({ host }) => serving.has(host))
      const servers = balancers.flatMap(({ pools }) => pools.flatMap((pool) => pool.servers))
      const views = await new Rotation(balancers).look(servers)
      const found = { addresses: statusOf(seen), views, out: outOf(seen) }
      write(options.json ? jsonLine({ type: 'balancers', ...found }) : balancersText(found, lookOf(process.stdout, 0)))
      const isWell = found.addresses.every(({ troubles }) => troubles.length === 0) && found.out.length === 0
      process.exitCode = isWell ? exitCode.done : exitCode.failed
    },
  )
}
