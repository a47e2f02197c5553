import type { Backup } from '../../engine/core/backup.ts'
import { FettleError } from '../../engine/core/error.ts'
import { momentOf, type Scratch } from '../../engine/rollout/backup/scratch.ts'
import { lookAt } from '../../engine/rollout/database/cluster.ts'
import { copierOf } from '../../engine/rollout/database/copier.ts'
import { rightful } from '../../engine/rollout/database/judge.ts'
import { type ClusterSite, inCluster, openClusterSite } from '../db/cluster-site.ts'
import { chooseCopy, type OpenRepositories, type RestoreOptions } from './restoring.ts'
import { openRepositories } from './site.ts'

export interface CopyOptions extends RestoreOptions {
  /** The host that gets the server with the copy. Default: a replica in order, or the writer. */
  readonly on?: string
}

/** A copy of a cluster, and the host where a server is started with it. */
export interface CopyOfCluster {
  readonly site: OpenRepositories
  readonly cluster: ClusterSite
  readonly scratch: Scratch
  readonly host: string
}

/** Errors: those of sites and of hosts, `database.unknown`, `backup.*`. */
export const chooseCopyOf = async (
  name: string | undefined,
  options: CopyOptions,
  place: 'replica' | 'writer',
): Promise<CopyOfCluster> => {
  const cluster = await openClusterSite(name, options)
  if (options.on !== undefined) refuseStranger(options.on, cluster)
  const site = await openRepositories({ ...options, limit: cluster.hosts.map((host) => host.name).join(',') })
  const wanted = ({ backup }: { readonly backup: Backup }) => backup.cluster === cluster.name
  const { repository, ...chosen } = await chooseCopy(site, wanted, options)
  const backup = { ...repository.backup, cluster: cluster.name }
  const scratch = { backup, ...chosen, until: options.sql ? null : (options.at ?? null) }
  const host =
    options.on ??
    (await inCluster(
      cluster,
      options,
      () => {},
      (open) => placeIn(open, place),
    ))
  return { site, cluster, scratch, host }
}

const refuseStranger = (host: string, { name, hosts }: ClusterSite): void => {
  const members = hosts.map((each) => each.name)
  if (members.includes(host)) return
  throw new FettleError({
    code: 'database.unknown',
    message: `${host} has no server of the cluster ${name}`,
    hint: `its servers are on: ${members.join(', ')}`,
  })
}

const placeIn = async (cluster: Parameters<typeof copierOf>[0], place: 'replica' | 'writer'): Promise<string> =>
  place === 'replica' ? (await copierOf(cluster)).name : rightful(await lookAt(cluster), cluster.primary).writer

export const describeScratch = (scratch: Scratch, host: string, hasNetwork: boolean): string => {
  const { backup, snapshot, until } = scratch
  return [
    `  ${backup.cluster} as of ${snapshot.at}, from ${backup.to}: a server of its own on ${host}${hasNetwork ? '' : ', without a network'}`,
    ...(until ? [`  what came after it is repeated until ${momentOf(scratch).toISOString()}`] : []),
  ].join('\n')
}
