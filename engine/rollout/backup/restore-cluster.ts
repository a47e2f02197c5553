import { client } from '../../core/database-client.ts'
import { tablesOfOthers } from '../../core/database-contents.ts'
import { FettleError, throwAll } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import { type Cluster, heldOf, lookAt } from '../database/cluster.ts'
import { dialects } from '../database/dialect.ts'
import { rightful } from '../database/judge.ts'
import { answers } from '../database/member.ts'
import { close, type Ordered, ordered } from '../database/orders.ts'
import { seed } from '../database/seed.ts'
import { positionOfCopy } from '../database/seed-mariadb.ts'
import { settle } from '../database/settle.ts'
import { coming, folder as dataFolder, endSwap, startWithCopy } from '../database/swap.ts'
import { type Found, startScratch } from './restore-database.ts'
import { type Scratch, scratchClient } from './scratch.ts'

/**
 * Errors: `database.failed` where a server does not answer, `backup.refused` where there is a table: it would be replaced.
 * Nothing is touched.
 */
export const refuseUsed = async (cluster: Cluster): Promise<void> => {
  const members = await lookAt(cluster)
  const all = members.map(({ name }) => ordered(cluster, members, name))
  const tables = await Promise.all(all.map(({ host }) => heldOf(host).ask(countTables)))
  throwAll(
    all.flatMap(({ host: { name } }, index) =>
      Number(tables[index]) === 0
        ? []
        : [
            {
              code: 'backup.refused',
              host: name,
              message: `the database ${cluster.name} has tables on ${name}: only an empty one is restored as a whole`,
              hint: 'fettle restore db --table brings single tables back',
            },
          ],
    ),
  )
}

const countTables = `${client}
echo ${quote(`SELECT COUNT(*) FROM ${tablesOfOthers};`)} | sql`

export interface RestoredCluster {
  readonly found: Found
  /** Its writer. */
  readonly host: string
}

/**
 * Gives a cluster all that a copy has, and what came after it: first to its writer, then to all others, which follow it. It
 * takes writes when all have it. Errors: `step.failed`, `backup.failed`, `database.failed`.
 */
export const restoreCluster = async (cluster: Cluster, scratch: Scratch): Promise<RestoredCluster> => {
  const members = await lookAt(cluster)
  const { epoch, writer: name } = rightful(members, cluster.primary)
  const writer = ordered(cluster, members, name)
  const found = await startScratch(heldOf(writer.host), scratch)
  await close(writer, 'at any price')
  await becomeServer(writer, scratch)
  for (const other of members.filter(answers))
    if (other.name !== name) await seed(cluster, ordered(cluster, members, other.name), writer)
  const left = await settle(cluster, epoch ?? { number: 1, writer: name })
  if (left.length > 0) throw new FettleError({ code: 'database.failed', host: name, message: left.join('; ') })
  return { found, host: name }
}

const becomeServer = ({ host, member }: Ordered, { backup: { cluster } }: Scratch): Promise<void> => {
  const { forget, begin } = dialects[member.seen.server.flavor]
  return heldOf(host).detached(
    `make it the server of ${host.name}`,
    `
set -eu
${scratchClient(cluster)}
if [ -d "$folder/data" ]; then
  systemctl stop "$server"
  { cut -f 3 "$folder/binlogs/end" 2>/dev/null || ${positionOfCopy('$folder/data')}; } >"$folder/reached"
  rm -rf ${dataFolder}/.fettle-*
  rm -f "$folder/data"/xtrabackup_* "$folder/data"/mariadb_backup_*
  mv "$folder/data" ${coming}
fi
${startWithCopy(cluster)}
own=$(echo 'SELECT @@server_id;' | sql) reached=$(cat "$folder/reached")
# Far beyond, so that nobody takes what comes now for what came then.
next=$((\${reached##*-} + 1000000))
printf '%s\\n' ${quote(`${forget} ${begin}`)} | sed "s/[$]own/$own/; s/[$]next/$next/" | sql
${endSwap(cluster)}
rm -rf "$folder"`,
    { again: true },
  )
}
