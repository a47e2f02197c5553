import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { FettleError } from '../core/error.ts'
import { withLock } from './lock.ts'
import { machineLock } from './network.ts'
import type { LabOptions } from './options.ts'
import { run } from './run.ts'

/** The command that proves it is there, and the Debian package that brings it. */
const tools: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  nft: 'nftables',
  ip: 'iproute2',
  ssh: 'openssh-client',
  flock: 'util-linux',
  tar: 'tar',
}

/** Makes sure that this machine can run practice hosts. Errors: `lab.failed`, `cancelled`. */
export const ensurePrerequisites = async (options: LabOptions): Promise<void> => {
  requireRoot()
  if ((await missingPackages()).length > 0)
    await withLock(machineLock, () => install(options), { signal: options.signal })
}

/** What another lab has not installed meanwhile. */
const install = async ({ say, signal }: LabOptions): Promise<void> => {
  const missing = await missingPackages()
  if (missing.length === 0) return
  say(`installing ${missing.join(', ')} on this machine`)
  const hint = 'install these Debian packages yourself and try again'
  const apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'] as const
  await run([...apt, 'update'], { signal, hint })
  await run([...apt, 'install', '-y', '--no-install-recommends', ...missing], { signal, hint })
}

export const requireRoot = (): void => {
  if (process.platform === 'linux' && process.getuid?.() === 0) return
  throw new FettleError({
    code: 'lab.failed',
    message: 'practice hosts need root on a Debian machine',
    hint: 'run this command with sudo',
  })
}

const missingPackages = async (): Promise<string[]> => {
  const found = await Promise.all(Object.keys(tools).map(isInstalled))
  const missing = Object.values(tools).filter((_, index) => !found[index])
  return [...new Set(missing)]
}

const isInstalled = async (tool: string): Promise<boolean> => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const checks = folders.map((folder) => access(join(folder, tool), constants.X_OK))
  return (await Promise.allSettled(checks)).some((check) => check.status === 'fulfilled')
}
