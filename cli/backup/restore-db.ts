import type { Backup } from '../../engine/core/backup.ts'
import { FettleError } from '../../engine/core/error.ts'
import {
  asideOfTable,
  bringTables,
  dropScratch,
  startScratch,
  type Table,
} from '../../engine/rollout/backup/restore-database.ts'
import { momentOf, type Scratch, socketOf } from '../../engine/rollout/backup/scratch.ts'
import { lookAt } from '../../engine/rollout/database/cluster.ts'
import { copierOf } from '../../engine/rollout/database/copier.ts'
import { rightful } from '../../engine/rollout/database/judge.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed } from '../approval.ts'
import { inCluster, openClusterSite } from '../db/cluster-site.ts'
import { jsonLine } from '../json-line.ts'
import { say, write } from '../write.ts'
import { type Restored, restoredOf, restoredText, staleProblem } from './restored-text.ts'
import { chooseCopy, type RestoreOptions, restoreOn } from './restoring.ts'
import { openRepositories } from './site.ts'

export interface DatabaseOptions extends RestoreOptions {
  /** Tables to bring into the cluster again. Default: none, the server with the copy stays. */
  readonly table?: readonly Table[]
  /** The host that gets the server. Default: a replica in order; the writer where tables are brought back. */
  readonly on?: string
  /** The server goes when it has been looked at. */
  readonly drill?: true
}

/** Starts a server with a copy of a cluster, as of a moment, and brings tables from there where they are said. */
export const restoreDatabase = async (name: string | undefined, options: DatabaseOptions): Promise<void> => {
  const cluster = await openClusterSite(name, options)
  const site = await openRepositories({ ...options, limit: cluster.hosts.map((host) => host.name).join(',') })
  const wanted = ({ backup }: { readonly backup: Backup }) => backup.cluster === cluster.name
  const { repository, ...chosen } = await chooseCopy(site, wanted, options)
  const backup = { ...repository.backup, cluster: cluster.name }
  const scratch: Scratch = { backup, ...chosen, until: options.sql ? null : (options.at ?? null) }
  const host =
    options.on ??
    (await inCluster(
      cluster,
      options,
      () => {},
      (open) => placeFor(open, options),
    ))
  const { table: tables = [] } = options
  await restoreOn(site, host, options, async (held, { emit, claim }) => {
    const shown = describe(scratch, host, tables, claim.owner)
    if (!(await agreed(site.inventory.environment, options, { shown, isAnything: true }))) return false
    const found = await holdingAll([held], { claim, wait: options.wait ?? false, emit }, async () => {
      const found = await startScratch(held, scratch)
      await bringTables(held, cluster.name, tables, claim.owner)
      if (tables.length > 0 || options.drill) await dropScratch(held, cluster.name)
      return found
    })
    const restored = restoredOf(found, scratch, host)
    tell(restored, options)
    const stale = options.drill ? staleProblem(restored) : null
    if (stale) throw new FettleError(stale)
    return true
  })
}

type OpenCluster = Parameters<Parameters<typeof inCluster>[3]>[0]

const placeFor = async (cluster: OpenCluster, { table = [] }: DatabaseOptions): Promise<string> => {
  if (table.length === 0) return (await copierOf(cluster)).name
  return rightful(await lookAt(cluster), cluster.primary).writer
}

const describe = (scratch: Scratch, host: string, tables: readonly Table[], mark: string): string => {
  const { backup, snapshot, until } = scratch
  return [
    `  ${backup.cluster} as of ${snapshot.at}, from ${backup.to}: a server of its own on ${host}, without a network`,
    ...(until ? [`  what came after it is repeated until ${momentOf(scratch).toISOString()}`] : []),
    ...tables.map(
      (table) =>
        `  ${table.database}.${table.name} comes back from there; what is there now becomes ${asideOfTable(table, mark)}`,
    ),
  ].join('\n')
}

const tell = (restored: Restored, options: DatabaseOptions): void => {
  write(options.json ? jsonLine({ type: 'restored', ...restored }) : restoredText(restored))
  const { cluster, host } = restored
  if (!options.json && !options.table && !options.drill)
    say(`Look at it with --socket=${socketOf(cluster)}, as root on ${host}.`)
}
