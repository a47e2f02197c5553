import { type Contents, lacksOf, readContents } from '../../core/database-contents.ts'
import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import type { HeldHost } from '../held-host.ts'
import { repeatSince } from './binlogs.ts'
import type { Reach } from './reach.ts'
import {
  bringMeasure,
  bringScript,
  checkScript,
  contentsScript,
  endScratch,
  hadScript,
  isSql,
  loadScript,
  type Scratch,
  scratchClient,
  startScript,
} from './scratch.ts'

/** What was found in a copy that a server was started with. */
export interface Found extends Contents {
  /** What the copy lacks of what its server had when it was begun, in words. */
  readonly lacks: readonly string[]
  /** Milliseconds from the first step until a server had answered. */
  readonly duration: number
}

/**
 * Starts a server with a copy, beside the host's own, repeats what came after it, and looks at every table. Errors:
 * `step.failed`, `lease.lost`, and `backup.failed` where nothing is in it.
 */
export const startScratch = async (held: HeldHost, scratch: Scratch, reach: Reach | null = null): Promise<Found> => {
  const { cluster } = scratch.backup
  const started = performance.now()
  await held.detached(`bring the copy of ${cluster} as of ${scratch.snapshot.at}`, bringScript(scratch), {
    again: true,
    measure: bringMeasure(cluster),
  })
  await held.step('start a server with it', `(${startScript(cluster, reach)})`)
  if (isSql(scratch.snapshot)) await held.detached('have it read the statements', loadScript(cluster))
  const had = readContents(await held.ask(hadScript(cluster)))
  const has = () => held.ask(contentsScript(cluster)).then(readContents)
  const lacks = lacksOf(await has(), had)
  if (scratch.until) await repeatSince(held, scratch, scratch.until)
  await held.during('look at every table', () => held.ask(`(${checkScript(cluster)}\n)`))
  const found = { ...(await has()), lacks, duration: performance.now() - started }
  if (found.databases.length > 0) return found
  const message = `there is no table in the copy of ${cluster} as of ${scratch.snapshot.at}`
  throw new FettleError({ code: 'backup.failed', host: held.name, message })
}

export const dropScratch = (held: HeldHost, cluster: string): Promise<void> =>
  held.step('stop that server, and remove it', endScratch(cluster))

/**
 * Brings tables from there into the cluster, by its writer. One that is there is kept under another name. Errors:
 * `step.failed`.
 */
export const bringTables = async (
  held: HeldHost,
  cluster: string,
  tables: readonly Table[],
  mark: string,
): Promise<void> => {
  for (const table of tables)
    await held.detached(`bring ${table.database}.${table.name} back`, tableScript(cluster, table, mark))
}

export interface Table {
  readonly database: string
  readonly name: string
}

/** What it is called that was there: names have 64 characters at most. */
export const asideOfTable = ({ name }: Table, mark: string): string => {
  const end = `_before_${mark.replaceAll(/\W/g, '_')}`
  return `${name.slice(0, 64 - end.length)}${end}`
}

const tableScript = (cluster: string, table: Table, mark: string): string => {
  const named = (name: string) => `\`${table.database}\`.\`${name}\``
  const isThere = `SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '${table.database}' AND table_name = '${table.name}';`
  const rename = `RENAME TABLE ${named(table.name)} TO ${named(asideOfTable(table, mark))};`
  return `
set -eu
${scratchClient(cluster)}
dump=$folder/table.sql
case $flavor in mysql) set -- --set-gtid-purged=OFF ;; mariadb) set -- ;; esac
tool dump --user=root --socket="$folder/socket" --single-transaction --skip-add-drop-table "$@" \\
  ${quote(table.database)} ${quote(table.name)} >"$dump"
[ "$(echo ${quote(isThere)} | sql)" = 0 ] || echo ${quote(rename)} | sql
sql ${quote(table.database)} <"$dump"
rm "$dump"`
}
