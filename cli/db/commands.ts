import type { Command } from 'commander'
import { withChange, withHostOptions } from '../options.ts'

const withCluster = (command: Command): Command =>
  withHostOptions(command).option('--cluster <name>', 'where the site has several')

const withOperation = (command: Command): Command => withChange(withCluster(command))

/** Commands about database clusters. */
export const registerDatabases = (program: Command): void => {
  withHostOptions(program.command('watch [cluster]'))
    .description('watch a database cluster, and fail over by itself where its description says so; until it is stopped')
    .action(async (cluster, options) => (await import('./watch.ts')).watch(cluster, options))

  const db = program.command('db').description('database clusters: who writes, who follows, and changing that')

  withCluster(db.command('status'))
    .description('who writes, who follows, how far behind, and whether a switchover would be safe now')
    .action(async (options) => (await import('./status.ts')).status(options.cluster, options))

  withOperation(db.command('switchover'))
    .description('make another server the writer, without losing a write')
    .option('--to <host>', 'this one (default: the replica that is least behind)')
    .action(async (options) => (await import('./change.ts')).switchover(options))

  withOperation(db.command('failover'))
    .description('make a replica the writer because the old one is gone')
    .option('--to <host>', 'this one (default: the most advanced)')
    .option('--fenced', 'the old writer is off, or cut off, and stays so: nobody can come in to see it')
    .action(async (options) => (await import('./change.ts')).failover(options))

  withOperation(db.command('rejoin <host>'))
    .description('let a server that was away follow the writer again')
    .action(async (host, options) => (await import('./change.ts')).rejoin(host, options))

  withOperation(db.command('reseed <host>'))
    .description('replace all that a server has by a copy of what the writer has')
    .action(async (host, options) => (await import('./change.ts')).reseed(host, options))

  withOperation(db.command('resume'))
    .description('bring a cluster to what its newest promotion says, a new one to its first writer')
    .action(async (options) => (await import('./change.ts')).resume(options))
}
