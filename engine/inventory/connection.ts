import { isIP } from 'node:net'
import { homedir } from 'node:os'
import type { Target } from '../core/ports.ts'
import type { Variables } from './model.ts'

type Known = 'name' | 'address' | 'port' | 'user' | 'transport' | 'become' | 'keyFiles' | 'knownHosts' | 'hostKeys'

/** What the inventory says about the way to a host. */
export interface Connection extends Pick<Target, Known> {
  /** Milliseconds, from `fettle_connect_timeout` in seconds. */
  readonly connectTimeout?: number
  /** Milliseconds, from `fettle_confirm_timeout` in seconds. */
  readonly confirmTimeout?: number
}

/** Says that a variable cannot be used: what it should be. */
type Complain = (variable: string, expected: string) => void

type Read<Value> = (value: unknown) => Value | undefined

/**
 * The way to a host from its variables. What is wrong is reported through `complain`, and left out.
 * Relative key files and known_hosts files stay relative.
 */
export const connectionFrom = (name: string, variables: Variables, complain: Complain): Connection => {
  const ask = <Value>(names: readonly string[], expected: string, read: Read<Value>): Value | undefined => {
    const variable = names.find((candidate) => variables[candidate] !== undefined && variables[candidate] !== null)
    if (variable === undefined) return undefined
    const value = read(variables[variable])
    if (value === undefined) complain(variable, expected)
    return value
  }
  ask(['ansible_become_user'], 'root: roles describe the whole host', only('root'))
  ask(['ansible_become_method'], 'sudo: no other way to root is known', only('sudo'))
  ask(['fettle_lab'], 'true or false', (value) => (typeof value === 'boolean' ? value : undefined))
  ask(['fettle_addresses'], 'a list of IP addresses, those that others see it come from', listOf(isAddress))
  ask(
    ['fettle_management'],
    'a list of networks such as 192.0.2.0/24, from which hosts are looked after',
    listOf(isNetwork),
  )
  const user = ask(['ansible_user', 'ansible_ssh_user'], 'a user name', word)
  return {
    name,
    address: ask(['ansible_host', 'ansible_ssh_host'], 'a host name or an address', address) ?? name,
    transport: ask(['ansible_connection'], '"ssh" or "local"', transport) ?? 'ssh',
    become: ask(['ansible_become'], 'true or false', bool) ?? user !== 'root',
    hostKeys: ask(['fettle_host_keys'], '"strict" or "accept-new"', hostKeys) ?? 'strict',
    ...present({
      port: ask(['ansible_port', 'ansible_ssh_port'], 'a port, 1 to 65535', port),
      user,
      keyFiles: ask(['ansible_ssh_private_key_file', 'ansible_private_key_file'], 'the path of a key file', files),
      knownHosts: ask(['fettle_known_hosts'], 'a list of files', files),
      connectTimeout: ask(['fettle_connect_timeout'], 'a number of seconds above 0', seconds),
      confirmTimeout: ask(['fettle_confirm_timeout'], 'a number of seconds above 0', seconds),
    }),
  }
}

type Optional<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

const present = <Fields extends object>(fields: Fields): Optional<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Optional<Fields>

/** Nothing that ssh could take for an option, and nothing that is a template. */
const word: Read<string> = (value) =>
  typeof value === 'string' && /^[^\s\p{C}{}-][^\s\p{C}{}]*$/u.test(value) ? value : undefined

const address: Read<string> = (value) =>
  typeof value === 'string' && /^[A-Za-z0-9_:[][A-Za-z0-9_:.%\]-]*$/.test(value)
    ? value.replace(/^\[(.*)\]$/, '$1')
    : undefined

const port: Read<number> = (value) => {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : undefined
}

const isAddress = (text: string): boolean => isIP(text) !== 0

const isNetwork = (text: string): boolean => {
  const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  return isAddress(address) && Number(length ?? 0) <= (isIP(address) === 4 ? 32 : 128)
}

const listOf =
  (isGood: (text: string) => boolean): Read<readonly string[]> =>
  (value) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    const texts = list.filter((each) => typeof each === 'string').filter(isGood)
    return texts.length === list.length && list.length > 0 ? texts : undefined
  }

const bool: Read<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  const text = String(value).toLowerCase()
  if (['yes', 'true', 'on', '1'].includes(text)) return true
  return ['no', 'false', 'off', '0'].includes(text) ? false : undefined
}

const transport: Read<'ssh' | 'local'> = (value) => {
  if (value === 'local') return 'local'
  return ['ssh', 'smart', 'paramiko', 'paramiko_ssh'].includes(String(value)) ? 'ssh' : undefined
}

const hostKeys: Read<'strict' | 'accept-new'> = (value) =>
  value === 'strict' || value === 'accept-new' ? value : undefined

const only =
  (wanted: string): Read<string> =>
  (value) =>
    value === wanted ? wanted : undefined

const seconds: Read<number> = (value) =>
  typeof value === 'number' && value > 0 && value < 86_400 ? value * 1000 : undefined

const files: Read<readonly string[]> = (value) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const paths = list.filter((path) => typeof path === 'string' && path !== '' && !path.includes('{{'))
  return paths.length === list.length && list.length > 0 ? paths.map((path) => atHome(String(path))) : undefined
}

const atHome = (path: string): string => path.replace(/^~(?=\/|$)/, homedir())
