import type { Backup } from '../../engine/core/backup.ts'
import { refuseUsed, restoreCluster } from '../../engine/rollout/backup/restore-cluster.ts'
import { type FoundPath, findPaths, type RestoreFiles, restorePath } from '../../engine/rollout/backup/restore-files.ts'
import { momentOf, type Scratch } from '../../engine/rollout/backup/scratch.ts'
import { holding } from '../../engine/rollout/database/operation.ts'
import type { HeldHost } from '../../engine/rollout/held-host.ts'
import { holdingAll, type Leasing } from '../../engine/rollout/leases.ts'
import { agreed } from '../approval.ts'
import { type ClusterSite, clustersOf, inCluster } from '../db/cluster-site.ts'
import { jsonLine } from '../json-line.ts'
import { write } from '../write.ts'
import { describeFound } from './restore-files.ts'
import { restoredOf, restoredText } from './restored-text.ts'
import { chooseCopy, enter, type OpenRepositories, type RestoreOptions, restoring } from './restoring.ts'
import { openRepositories } from './site.ts'

/**
 * Gives the chosen hosts of a site, once they are provisioned anew, what they had: the files of their apps, and their databases
 * up to the last transaction that is kept.
 */
export const restoreSite = async (options: RestoreOptions): Promise<void> => {
  const site = await openRepositories(options)
  const files = await filesOf(site, options)
  const databases = await databasesOf(site, options)
  const hosts = [
    ...new Set([...files.map(({ host }) => host), ...databases.flatMap(({ cluster }) => namesIn(cluster))]),
  ]
  await restoring(site, hosts, options, async ({ emit, claim }) => {
    for (const { cluster } of databases) await inCluster(cluster, options, () => {}, refuseUsed)
    const names = files.map(({ host }) => host)
    return enter(site, names, emit, options, async (all) => {
      const found = await Promise.all(all.map((held) => findFiles(held, files, claim.owner)))
      const shown = [...found.flatMap(describeFiles), ...databases.map(describeDatabase)].join('\n')
      if (!(await agreed(site.inventory.environment, options, { shown, isAnything: hosts.length > 0 }))) return false
      const leasing = { claim, wait: options.wait ?? false, emit }
      await holdingAll(all, leasing, () => Promise.all(found.map(bringFiles)))
      for (const database of databases) await bringDatabase(database, options, leasing)
      return true
    })
  })
}

interface FoundFiles {
  readonly held: HeldHost
  readonly restore: RestoreFiles
  readonly found: readonly FoundPath[]
}

const findFiles = async (held: HeldHost, files: readonly Files[], mark: string): Promise<FoundFiles> => {
  const { host: _, ...wanted } = files.find(({ host }) => host === held.name) as Files
  const restore = { ...wanted, mark }
  return { held, restore, found: await findPaths(held, restore) }
}

const bringFiles = async ({ held, restore, found }: FoundFiles): Promise<void> => {
  for (const each of found) await restorePath(held, each, restore)
}

const bringDatabase = ({ cluster, scratch }: Database, options: RestoreOptions, leasing: Leasing): Promise<void> =>
  inCluster(cluster, options, leasing.emit, (open) =>
    holding({ cluster: open, ...leasing }, async (held) => {
      const { found, host } = await restoreCluster(held, scratch)
      const restored = restoredOf(found, scratch, host)
      write(options.json ? jsonLine({ type: 'restored', ...restored }) : restoredText(restored))
    }),
  )

const isCopied = ({ repositories }: OpenRepositories, isIt: (backup: Backup) => boolean): boolean =>
  [...repositories.values()].flat().some(({ backup }) => isIt(backup))

interface Files extends Omit<RestoreFiles, 'mark'> {
  readonly host: string
}

/** What provisioning does not make anew. */
const filesOf = async (site: OpenRepositories, options: RestoreOptions): Promise<readonly Files[]> => {
  const all = site.hosts.map(({ view: { name: host } }) => {
    const lost = site.resolved.view.state(host).filter(({ isRemade }) => !isRemade)
    return { host, paths: lost.map(({ path }) => path) }
  })
  const chosen: Files[] = []
  for (const { host, paths } of all) {
    if (paths.length === 0 || !isCopied(site, ({ repository }) => repository === host)) continue
    const { repository, snapshot } = await chooseCopy(site, ({ backup }) => backup.repository === host, options)
    chosen.push({ host, paths, snapshot, from: repository.backup.to, into: null })
  }
  return chosen
}

interface Database {
  readonly cluster: ClusterSite
  readonly scratch: Scratch
}

const databasesOf = async (site: OpenRepositories, options: RestoreOptions): Promise<readonly Database[]> => {
  const chosen: Database[] = []
  for (const cluster of clustersOf(site).values()) {
    if (!isCopied(site, (backup) => backup.cluster === cluster.name)) continue
    const { repository, ...copy } = await chooseCopy(site, ({ backup }) => backup.cluster === cluster.name, options)
    const backup = { ...repository.backup, cluster: cluster.name }
    chosen.push({ cluster, scratch: { backup, ...copy, until: options.at ?? (copy.binlogs ? 'end' : null) } })
  }
  return chosen
}

const namesIn = ({ hosts }: ClusterSite): readonly string[] => hosts.map(({ name }) => name)

const describeFiles = ({ held, restore, found }: FoundFiles): readonly string[] =>
  found.flatMap((each) => describeFound(each, restore)).map((line) => `  ${held.name}: ${line.trimStart()}`)

const describeDatabase = ({ cluster, scratch }: Database): string =>
  `  the database ${cluster.name} on ${namesIn(cluster).join(', ')} as of ${momentOf(scratch).toISOString()}, from ${scratch.backup.to}`
