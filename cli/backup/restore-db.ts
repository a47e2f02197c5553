import {
  asideOfTable,
  bringTables,
  dropScratch,
  startScratch,
  type Table,
} from '../../engine/rollout/backup/restore-database.ts'
import { socketOf } from '../../engine/rollout/backup/scratch.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { agreed } from '../approval.ts'
import { jsonLine } from '../json-line.ts'
import { say, write } from '../write.ts'
import { type CopyOptions, chooseCopyOf, describeScratch } from './copy-of-cluster.ts'
import { restoredOf, restoredText } from './restored-text.ts'
import { restoreOn } from './restoring.ts'

interface DatabaseOptions extends CopyOptions {
  /** Tables to bring into the cluster again. Default: none, the server with the copy stays. */
  readonly table?: readonly Table[]
}

/** Starts a server with a copy of a cluster, as of a moment, and brings tables from there where they are said. */
export const restoreDatabase = async (name: string | undefined, options: DatabaseOptions): Promise<void> => {
  const { table: tables = [] } = options
  const { site, cluster, scratch, host } = await chooseCopyOf(name, options, tables.length > 0 ? 'writer' : 'replica')
  await restoreOn(site, host, options, async (held, { emit, claim }) => {
    const shown = [describeScratch(scratch, host, false), ...describeTables(tables, claim.owner)].join('\n')
    if (!(await agreed(site.inventory.environment, options, { shown, isAnything: true }))) return false
    const found = await holdingAll([held], { claim, wait: options.wait ?? false, emit }, async () => {
      const found = await startScratch(held, scratch)
      await bringTables(held, cluster.name, tables, claim.owner)
      if (tables.length > 0) await dropScratch(held, cluster.name)
      return found
    })
    const restored = restoredOf(found, scratch, host)
    write(options.json ? jsonLine({ type: 'restored', ...restored }) : restoredText(restored))
    if (!options.json && tables.length === 0)
      say(`Look at it with --socket=${socketOf(cluster.name)}, as root on ${host}.`)
    return true
  })
}

const describeTables = (tables: readonly Table[], mark: string): readonly string[] =>
  tables.map(
    (table) =>
      `  ${table.database}.${table.name} comes back from there; what is there now becomes ${asideOfTable(table, mark)}`,
  )
