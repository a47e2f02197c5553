import { spawn } from 'node:child_process'
import type { Target } from '../engine/core/ports.ts'
import type { SiteOptions } from './options.ts'
import { openInventory } from './site.ts'
import { oneTarget } from './targets.ts'

/** The system's own ssh, with the address, user, key and known hosts of the inventory. */
export const ssh = async (name: string, command: readonly string[], options: SiteOptions): Promise<void> => {
  const target = oneTarget(name, await openInventory(options), { ...options, forks: 1 })
  const child = spawn('ssh', [...sshArguments(target), ...command], { stdio: 'inherit' })
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
  ...(knownHosts ? ['-o', `UserKnownHostsFile=${knownHosts.join(' ')}`] : []),
  '-o',
  `StrictHostKeyChecking=${hostKeys === 'strict' ? 'yes' : 'accept-new'}`,
  '--',
  address,
]
