import { type Command, InvalidArgumentError } from 'commander'

/** What every command that reads a site takes. */
export interface SiteOptions {
  readonly inventory?: string
  readonly limit?: string
  readonly set?: readonly string[]
  readonly json?: true
  readonly verbose: number
}

/** What every command that goes to hosts takes besides. */
export interface HostOptions extends SiteOptions {
  readonly forks: number
  readonly askBecomePass?: true
  readonly askPass?: true
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
const count = (_: string, before: number): number => before + 1

export const withInventory = (command: Command): Command =>
  command.option(
    '-i, --inventory <file>',
    'inventory file or folder (default: $FETTLE_INVENTORY, or the only one there is)',
  )

export const withSiteOptions = (command: Command): Command =>
  withInventory(command)
    .option('-l, --limit <pattern>', 'only these hosts: names, groups, web[0:1], web:!web3, @last-failed')
    .option('--set <setting>', 'override a setting: haproxy.maxConnections=5000 (repeatable)', collect)
    .option('--json', 'one JSON object per line')
    .option('-v, --verbose', 'say more; twice, still more', count, 0)

export const withHostOptions = (command: Command): Command =>
  withSiteOptions(command)
    .option('--forks <number>', 'hosts worked on at once', hosts, 50)
    .option('-K, --ask-become-pass', 'ask for the sudo password')
    .option('-k, --ask-pass', 'ask for the log-in password')

const hosts = (value: string): number => {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}

export const seconds = (value: string): number => {
  const number = Number(value)
  if (!(number > 0 && number < 1_000_000)) throw new InvalidArgumentError('It must be a number of seconds above 0.')
  return number
}
