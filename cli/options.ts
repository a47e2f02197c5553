import { isIP } from 'node:net'
import { type Command, InvalidArgumentError } from 'commander'
import { readDuration } from '../engine/schedule/duration.ts'

/** What every command that reads a site takes. */
export interface SiteOptions {
  readonly inventory?: string
  readonly limit?: string
  readonly set?: readonly string[]
  readonly json?: true
  readonly verbose: number
  readonly vaultPasswordFile?: readonly string[]
}

/** What every command that opens secrets takes. */
export interface KeyOptions {
  readonly identity?: readonly string[]
  readonly vaultPasswordFile?: readonly string[]
}

/** What every command that goes to hosts takes besides. */
export interface HostOptions extends SiteOptions {
  readonly forks: number
  readonly askBecomePass?: true
  readonly askPass?: true
}

/** Of an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value]
const count = (_: string, before: number): number => before + 1

export const withInventory = (command: Command): Command =>
  command.option(
    '-i, --inventory <file>',
    'inventory file or folder (default: $FETTLE_INVENTORY, or the only one there is)',
  )

export const verbosely = (command: Command): Command =>
  command.option('-v, --verbose', 'say more; twice, still more', count, 0)

export const withSiteOptions = (command: Command): Command =>
  verbosely(withInventory(command))
    .option('-l, --limit <pattern>', 'only these hosts: names, groups, web[0:1], web:!web3, @last-failed')
    .option('--set <setting>', 'override a setting: haproxy.maxConnections=5000 (repeatable)', collect)
    .option('--vault-password-file <file>', 'opens what Ansible Vault encrypted (repeatable)', collect)
    .option('--json', 'one JSON object per line')

export const withIdentity = (command: Command): Command =>
  command.option(
    '--identity <file>',
    'a key of age that opens secrets (default: $FETTLE_IDENTITY, or ~/.config/fettle/identity; repeatable)',
    collect,
  )

export const withHostOptions = (command: Command): Command =>
  withSiteOptions(command)
    .option('--forks <number>', 'hosts worked on at once', whole, 50)
    .option('-K, --ask-become-pass', 'ask for the sudo password')
    .option('-k, --ask-pass', 'ask for the log-in password')

export const whole = (value: string): number => {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}

export const seconds = (value: string): number => {
  const number = Number(value)
  if (!(number > 0 && number < 1_000_000)) throw new InvalidArgumentError('It must be a number of seconds above 0.')
  return number
}

/** `90d` for days, `500` for that many runs. */
export const keep = (value: string): { readonly days: number } | { readonly runs: number } => {
  const [, number = '', unit] = /^([1-9]\d{0,5})(d?)$/.exec(value) ?? []
  if (number === '') throw new InvalidArgumentError('It must be a number of days or of runs: 90d, 500.')
  return unit === 'd' ? { days: Number(number) } : { runs: Number(number) }
}

/** `30s`, `10m`, `2h`, `7d`, in milliseconds. */
export const duration = (value: string): number => {
  const milliseconds = readDuration(value)
  if (milliseconds === null) throw new InvalidArgumentError('It must be a time: 30s, 10m, 2h.')
  return milliseconds
}

/** Where somebody listens. */
export interface Listening {
  readonly address: string
  readonly port: number
}

/** `3900`, `192.0.2.1:3900` or `[2001:db8::1]:3900`. */
export const listening = (value: string): Listening => {
  const [, v6, plain, digits] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(value) ?? []
  const address = v6 ?? plain ?? '127.0.0.1'
  const port = Number(digits)
  if (!(port > 0 && port < 65_536) || isIP(address) !== (v6 === undefined ? 4 : 6))
    throw new InvalidArgumentError('It must be a port, or an address with one: 3900, 192.0.2.1:3900, [::1]:3900.')
  return { address, port }
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** `30s`, `5m`, `1h`, in milliseconds. */
export const interval = (value: string): number => {
  const [, number = '', unit = ''] = /^(\d+)([smh])$/.exec(value) ?? []
  const milliseconds = Number(number) * (units[unit] ?? 0) * 1000
  if (!(milliseconds > 0 && milliseconds <= 86_400_000))
    throw new InvalidArgumentError('It must be a time of up to a day: 30s, 5m, 1h.')
  return milliseconds
}

/** Of commands that change several hosts together: shown first, then asked for. */
export const withChange = (command: Command): Command =>
  command
    .option('-y, --yes', 'do not ask')
    .option('--confirm <environment>', 'the name of a production environment, instead of typing it')
    .option('--wait', 'wait for others who are changing these hosts')
    .option('--plan', 'only show what would be done; exit status 2 if anything')
