import { spawn } from 'node:child_process'
import { FettleError } from '../engine/core/error.ts'
import type { Target } from '../engine/core/ports.ts'
import type { SiteOptions } from './options.ts'
import { openInventory } from './site.ts'
import { oneTarget } from './targets.ts'

/** The system's own ssh, with the address, user, key and known hosts of the inventory. */
export const ssh = async (name: string, command: readonly string[], options: SiteOptions): Promise<void> =>
  sshTo(await oneTarget(name, await openInventory(options), {}), command)

/** Ctrl-C is for the host that one is logged in to. */
export const sshTo = async (target: Target, command: readonly string[]): Promise<void> => {
  if (target.transport === 'local')
    throw new FettleError({ code: 'usage', message: `${target.name} is this machine: there is nothing to log in to` })
  process.on('SIGINT', () => {})
  const words = command[0] === '--' ? command.slice(1) : command
  const child = spawn('ssh', [...sshArguments(target), ...words], { stdio: 'inherit' })
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

const sshArguments = ({ address, port, user, keyFiles, knownHosts, hostKeys }: Target): string[] => [
  ...(port ? ['-p', String(port)] : []),
  ...(user ? ['-l', user] : []),
  ...(keyFiles ?? []).flatMap((file) => ['-i', file]),
  ...(keyFiles ? ['-o', 'IdentitiesOnly=yes'] : []),
  ...(knownHosts ? ['-o', `UserKnownHostsFile=${knownHosts.map(quoted).join(' ')}`] : []),
  '-o',
  `StrictHostKeyChecking=${hostKeys === 'strict' ? 'yes' : 'accept-new'}`,
  '--',
  address,
]

/** As ssh_config reads a file name that holds blanks. */
const quoted = (file: string): string => (/\s/.test(file) ? `"${file}"` : file)
