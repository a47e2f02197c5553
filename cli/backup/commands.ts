import { type Command, InvalidArgumentError } from 'commander'
import type { Table } from '../../engine/rollout/backup/restore-database.ts'
import { duration, withChange, withHostOptions, withIdentity } from '../options.ts'

/** Commands about copies of hosts on backup hosts. */
export const registerBackups = (program: Command): void => {
  copying(program.command('backup').description('copies of hosts and databases on backup hosts'))
  restoring(program.command('restore').description('bring back what was copied'))
}

const copying = (backup: Command): void => {
  withHostOptions(backup.command('run'))
    .description('copy what must survive the hosts, and their databases, to their backup hosts, now')
    .option('--sql', 'of databases alone, as statements that any server reads')
    .action(async (options) => (await import('./run.ts')).run(options))

  withIdentity(withHostOptions(backup.command('list')))
    .description('what copies there are')
    .action(async (options) => (await import('./list.ts')).list(options))

  withIdentity(withHostOptions(backup.command('verify')))
    .description('whether repositories are whole, and the newest copies new enough; exit status 3 if not')
    .option('--data <percent>', 'read and compare so much of what was copied', percent, 5)
    .option('--within <time>', 'the newest copy is at most so old: 26h, 8d', duration, 26 * 3_600_000)
    .action(async (options) => (await import('./verify.ts')).verify(options))

  withIdentity(withHostOptions(backup.command('prune')))
    .description('remove copies that need not be kept any longer')
    .action(async (options) => (await import('./prune.ts')).prune(options))

  withSql(withCopy(backup.command('drill [cluster]')))
    .description(
      'try a restore of a database cluster: a server with the copy, its apps started with it, and gone again',
    )
    .option('--on <host>', 'on this host of the cluster (default: a replica)')
    .option('--no-apps', 'look at every table only')
    .action(async (cluster, options) => (await import('./drill.ts')).drill(cluster, options))
}

const restoring = (restore: Command): void => {
  withCopy(restore.command('files <host> <paths...>'))
    .description('put files and folders of a host back; what is in their place is kept beside them')
    .option('--into <folder>', 'below this folder instead of where they were')
    .action(async (host, paths, options) => (await import('./restore-files.ts')).restoreFiles(host, paths, options))

  withSql(withCopy(restore.command('db [cluster]')))
    .description('start a server with a copy of a database cluster, repeat what came after it, look at every table')
    .option('--table <name>', 'bring DATABASE.TABLE from there into the cluster (repeatable)', table)
    .option('--on <host>', 'on this host of the cluster (default: a replica; the writer where a table is brought back)')
    .action(async (cluster, options) => (await import('./restore-db.ts')).restoreDatabase(cluster, options))

  withCopy(restore.command('site'))
    .description(
      'give hosts that are provisioned anew what they had: files of apps, and databases to the last transaction',
    )
    .action(async (options) => (await import('./restore-site.ts')).restoreSite(options))
}

/** Which copy is to be restored. */
const withCopy = (command: Command): Command =>
  withChange(withIdentity(withHostOptions(command)))
    .option('--at <time>', 'as of then: 2026-11-27T03:00 (default: as of the newest copy)', moment)
    .option('--snapshot <id>', 'from this copy')
    .option('--from <host>', 'from this backup host (default: the first that has it)')

const withSql = (command: Command): Command =>
  command.option('--sql', 'from a copy as SQL; what came after it is not repeated')

const percent = (value: string): number => {
  const number = Number(value)
  if (!(number >= 0 && number <= 100)) throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return number
}

const moment = (value: string): Date => {
  const at = new Date(value)
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a time: 2026-11-27T03:00, here, or with a zone.')
  return at
}

const table = (value: string, before: readonly Table[] = []): readonly Table[] => {
  const [, database, name] = /^([\w$-]{1,64})\.([\w$-]{1,64})$/.exec(value) ?? []
  if (database === undefined || name === undefined) throw new InvalidArgumentError('It must be DATABASE.TABLE.')
  return [...before, { database, name }]
}
