import type { Backup, DatabaseCopy } from '../../engine/core/backup.ts'
import type { Emit } from '../../engine/core/event.ts'
import { type CopyRequest, copyHost } from '../../engine/rollout/backup/copy-host.ts'
import { copierOf } from '../../engine/rollout/database/copier.ts'
import { entryOutcomeOf, hostProblem } from '../../engine/rollout/outcome.ts'
import { clustersOf, inCluster } from '../db/cluster-site.ts'
import { eachOf, type HostAnswer } from '../each-host.ts'
import type { HostOptions } from '../options.ts'
import type { OpenSite } from '../site.ts'

/** Has one server of each cluster copy it, if any of its hosts was chosen. */
export const copyClusters = async (
  site: OpenSite,
  options: HostOptions,
  kind: DatabaseCopy,
  emit: Emit,
): Promise<readonly HostAnswer<void>[]> => {
  const answers = await Promise.all(
    [...clustersOf(site).values()].map(async (cluster) => {
      const members = cluster.hosts.map(({ name }) => name)
      const chosen = members.find((name) => site.hosts.some(({ view }) => view.name === name))
      const backups = chosen === undefined ? [] : backupsOf(site, chosen)
      if (chosen === undefined || backups.length === 0) return []
      try {
        const copier = await inCluster(cluster, options, () => {}, copierOf)
        if (copier.isWriter && members.length > 1)
          emit({ type: 'warning', host: copier.name, message: 'no replica is in order: the writer makes the copy' })
        return await copyBy(site, options, { kind, emit }, copier.name)
      } catch (error) {
        const problem = hostProblem(error, chosen)
        return [{ host: chosen, problem, outcome: entryOutcomeOf(problem) }]
      }
    }),
  )
  return answers.flat()
}

const backupsOf = ({ resolved }: OpenSite, host: string): readonly Backup[] =>
  resolved.view.backups(host).filter(({ cluster }) => cluster !== null)

const copyBy = (site: OpenSite, options: HostOptions, how: Pick<CopyRequest, 'kind' | 'emit'>, name: string) =>
  eachOf({ inventory: site.inventory, names: new Set([name]) }, options, async (session, signal, host) => {
    for (const backup of backupsOf(site, host)) await copyHost(session, { host, backup, ...how }, signal)
  })
