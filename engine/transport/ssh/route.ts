import { join } from 'node:path'
import { bracketed } from '../../core/addresses.ts'
import type { Target } from '../../core/ports.ts'
import { fault, type Where } from '../session/where.ts'
import { askSshConfig, type SshConfig } from './config.ts'
import type { Surroundings } from './surroundings.ts'

/** Where to log in and with what, the target and the ssh configuration taken together. */
export interface Route {
  readonly where: Where
  readonly host: string
  /** Dialled. */
  readonly port: number
  /** The one under which the host's key is recorded. */
  readonly knownPort: number
  readonly user: string
  readonly keyFiles: readonly string[]
  /** The user named these key files: a bad one is an error, and the agent's other keys are not offered. */
  readonly keysAreChosen: boolean
  readonly agent: string | undefined
  /** The first takes new entries. */
  readonly knownHosts: readonly string[]
  /** Looked up in known_hosts in place of the address and port. */
  readonly knownAs: string | undefined
  /** Hosts to go through, first one first, as `ProxyJump` names them. */
  readonly jumps: readonly string[]
}

const identities = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** The target's fields win over the configuration. */
export const routeTo = async (target: Target, around: Surroundings): Promise<Route> => {
  const asked = { host: target.address, user: target.user, port: target.port }
  const config = await askSshConfig(asked, around, { host: target.name, login: target.address })
  const first = (keyword: string) => wanted(config.get(keyword)?.[0])
  const user = target.user ?? first('user') ?? around.user
  const host = first('hostname') ?? target.address
  const knownPort = target.port ?? Number(first('port') ?? 22)
  const port = target.otherPort ?? knownPort
  const where = { host: target.name, login: loginName(user, host, port) }
  refuseProxyCommand(first('proxycommand'), where)
  const expand = expander({
    '%': '%',
    d: around.home,
    h: host,
    n: target.address,
    p: `${knownPort}`,
    r: user,
    u: around.user,
  })
  return {
    where,
    host,
    port,
    knownPort,
    user,
    keyFiles: target.keyFiles ?? keyFilesIn(config, around).map(expand),
    keysAreChosen: target.keyFiles !== undefined || first('identitiesonly') === 'yes',
    agent: agentIn(first('identityagent'), around, expand),
    knownHosts: target.knownHosts ?? knownHostsIn(config, around).map(expand),
    knownAs: first('hostkeyalias'),
    jumps: first('proxyjump')?.split(',') ?? [],
  }
}

export const loginName = (user: string, host: string, port: number): string => `${user}@${bracketed(host)}:${port}`

const wanted = (value: string | undefined): string | undefined => (value === 'none' ? undefined : value)

const refuseProxyCommand = (proxyCommand: string | undefined, where: Where): void => {
  if (proxyCommand === undefined) return
  throw fault(where, 'host.unreachable', `the ssh configuration reaches ${where.host} through a ProxyCommand`, {
    detail: `ProxyCommand ${proxyCommand}`,
    hint: 'Fettle dials by itself: use ProxyJump, which it knows',
  })
}

const keyFilesIn = (config: SshConfig, around: Surroundings): readonly string[] =>
  config.get('identityfile') ?? identities.map((name) => join(around.home, '.ssh', name))

const knownHostsIn = (config: SshConfig, around: Surroundings): string[] => {
  const own = ['known_hosts', 'known_hosts2'].map((name) => join(around.home, '.ssh', name))
  const machine = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']
  const listed = (keyword: string, usual: readonly string[]) => config.get(keyword)?.[0]?.split(' ') ?? usual
  const files = [...listed('userknownhostsfile', own), ...listed('globalknownhostsfile', machine)]
  return files.filter((file) => file !== 'none')
}

const agentIn = (configured: string | undefined, around: Surroundings, expand: (path: string) => string) =>
  configured === undefined || configured === 'SSH_AUTH_SOCK' ? around.agent : expand(configured)

const expander = (tokens: Readonly<Record<string, string>> & { readonly d: string }) => (path: string) =>
  path.replace(/^~(?=\/)/, tokens.d).replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole)
