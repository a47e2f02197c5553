import type { Command } from 'commander'
import { seconds, withChange, withHostOptions } from '../options.ts'

const withOperation = (command: Command): Command => withChange(withHostOptions(command))

/** Commands about balancers: the addresses that move between them, and the servers behind them. */
export const registerBalancers = (program: Command): void => {
  const lb = program.command('lb').description('balancers: who has which address, and which servers get requests')

  withHostOptions(lb.command('status'))
    .description('who has which address, who would take it over, and how each balancer sees its servers')
    .action(async (options) => (await import('./status.ts')).status(options))

  withOperation(lb.command('move [address]'))
    .description('let another balancer have an address')
    .option('--to <host>', 'this one (default: the first that could)')
    .action(async (address, options) => (await import('./move.ts')).move(address, options))

  withOperation(lb.command('drain <server>'))
    .description('send no more requests to a server, or to all of a host')
    .option('--timeout <seconds>', 'wait so long for answers that are under way', seconds, 30)
    .action(async (server, options) => (await import('./servers.ts')).drain(server, options))

  withOperation(lb.command('ready <server>'))
    .description('send it requests again, once it is healthy')
    .action(async (server, options) => (await import('./servers.ts')).ready(server, options))
}
