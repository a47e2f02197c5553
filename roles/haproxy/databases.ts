import type { DatabaseEndpoint } from '../../engine/core/database.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Topology } from '../../engine/core/role.ts'
import { didYouMean } from '../../engine/core/suggest.ts'
import type { HaproxySettings } from './settings.ts'

/** The clusters that clients reach here, as the configuration has them. Errors: `settings.invalid`. */
export const databasesOf = (context: Topology<HaproxySettings>) =>
  Object.entries(context.settings.databases).map(([name, { writerPort, readerPort, maxLag, idle }]) => ({
    name,
    ...{ writer_port: writerPort, reader_port: readerPort, max_lag: maxLag, idle },
    servers: serversOf(context, name),
  }))

/** Where clients come to each of them. */
export const endpointsOf = ({ settings }: Topology<HaproxySettings>): readonly DatabaseEndpoint[] =>
  Object.entries(settings.databases).map(([cluster, { writerPort, readerPort, from }]) => ({
    cluster,
    writerPort,
    readerPort,
    from,
  }))

const serversOf = ({ host, site }: Topology<HaproxySettings>, cluster: string) => {
  const all = site.hosts('all').flatMap((on) => site.databases(on.name).map((said) => ({ on, said })))
  const servers = all.filter(({ said }) => said.cluster === cluster)
  if (servers.length === 0) throw unknownCluster(cluster, [...new Set(all.map(({ said }) => said.cluster))])
  if (!servers.every(({ said }) => said.balancers.includes(host.name))) throw unexpected(cluster, host.name)
  return servers.map(({ on, said }) => ({
    name: on.name,
    address: on.address,
    port: said.port,
    check_port: said.checkPort,
  }))
}

const unknownCluster = (cluster: string, known: readonly string[]): FettleError =>
  new FettleError({
    code: 'settings.invalid',
    message: `a balancer is to lead to the database cluster "${cluster}", and no host of this inventory has it`,
    hint: didYouMean(cluster, known) ?? `the clusters are: ${known.join(', ') || 'none'}`,
  })

const unexpected = (cluster: string, host: string): FettleError =>
  new FettleError({
    code: 'settings.invalid',
    host,
    message: `${host} is to lead to the database cluster "${cluster}", which lets in no such balancer`,
    hint: 'name its group there: mysql: { balancers: GROUP }',
  })
