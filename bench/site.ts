import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { command } from '../engine/core/shell.ts'
import { loadInventory } from '../engine/inventory/index.ts'
import { reset, up, variables } from '../engine/lab/index.ts'
import { seconds } from './measure.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const siteFolder = join(root, 'bench/site')
export const fettle = join(root, 'bin/fettle')
const options = { stateDir: join(siteFolder, '.fettle/lab'), say: (line: string) => process.stderr.write(`${line}\n`) }

/** How OpenSSH logs in to a practice host: the same user, key and strict host key as Fettle. */
export interface Login {
  readonly name: string
  readonly address: string
  readonly arguments: readonly string[]
}

/** Starts the hosts of the workload. */
export const startHosts = async (): Promise<readonly Login[]> => {
  const { hosts } = await loadInventory(join(siteFolder, 'inventory/lab.yml'))
  await up(
    [...hosts.keys()].map((name) => ({ name, release: 'bookworm' })),
    options,
  )
  const known = await variables(options.stateDir)
  return [...hosts.keys()].map((name) => login(name, known[name] ?? {}))
}

export const login = (name: string, vars: Readonly<Record<string, unknown>>): Login => {
  const address = String(vars.ansible_host)
  const key = String(vars.ansible_ssh_private_key_file)
  const common = String(vars.ansible_ssh_common_args).split(' ')
  const own = ['-o', 'ControlMaster=no', '-o', 'BatchMode=yes', '-i', key, '-l', String(vars.ansible_user)]
  return { name, address, arguments: [...common, ...own, address] }
}

export const resetHosts = (logins: readonly Login[]): Promise<unknown> =>
  Promise.all(logins.map(({ name }) => reset(name, options)))

/** Seconds of one Fettle command in the workload's site. */
export const runFettle = (...args: readonly string[]): Promise<number> =>
  seconds(process.execPath, [fettle, ...args], { cwd: siteFolder })

/** Seconds until all hosts have answered one command each, all at once, one OpenSSH process a host. */
export const sshAll = (logins: readonly Login[], script: string): Promise<number> => {
  const lines = logins.map((login) => `${command('ssh', ...login.arguments, script)} </dev/null &`)
  const waits = 'status=0; for job in $(jobs -p); do wait "$job" || status=1; done; exit $status'
  return seconds('bash', ['-c', `${lines.join('\n')}\n${waits}`])
}

export const sudoAll = (logins: readonly Login[], script: string): Promise<number> =>
  sshAll(logins, command('sudo', 'sh', '-c', script))

export const onHost = (login: Login, script: string) =>
  execa('ssh', [...login.arguments, command('sudo', 'sh', '-c', script)], { stdin: 'ignore' })
