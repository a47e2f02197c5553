import { spawnSync } from 'node:child_process'

export interface Ran {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script as a host would; this machine's own state is none of its business. */
export const sh = (script: string): Ran => {
  if (script.includes('/var/lib/fettle')) throw new Error('this script would change the machine that runs the tests')
  const { status, stdout, stderr } = spawnSync('dash', { cwd: '/', encoding: 'utf8', input: script })
  return { exit: status, stdout, stderr }
}

/** Runs it where `/mnt` and `/run` are empty, in memory, and gone afterwards. Needs root. */
export const shInNamespace = (script: string, megabytes = 8): Ran => {
  const mounts = ['/mnt', '/run'].map((at) => `mount -t tmpfs -o size=${megabytes}m fettle-test ${at} || exit 99`)
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'dash'], {
    cwd: '/',
    encoding: 'utf8',
    // Shared, as on most hosts: what a script mounts for itself alone must say so.
    input: ['mount --make-rshared /', ...mounts, script].join('\n'),
  })
  return { exit: status, stdout, stderr }
}
