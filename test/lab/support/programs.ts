import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { PracticeHost } from '../harness.ts'

/** What every program is started with from now on: its arguments, then its environment. */
const trace = ['-f', '-e', 'trace=execve', '-v', '-s', '99999', '-qq']

/** A command line that does the same, and writes down with what each program is started. */
export const traced = (output: string, command: readonly string[]): readonly string[] => [
  ...['strace', ...trace, '--seccomp-bpf', '-o', output],
  ...command,
]

/** Watches all that log-ins to a practice host start, until it is stopped. */
export const watchLogIns = async (host: PracticeHost, output: string) => {
  const pid = await serverOf(host)
  const child = spawn('strace', [...trace, '-o', output, '-p', pid], { stdio: 'ignore' })
  await expect.poll(() => tracerOf(pid), { timeout: 10_000 }).toBe(String(child.pid))
  return {
    stop: async () => {
      child.kill('SIGINT')
      await once(child, 'close')
    },
  }
}

/** The number that the SSH server of a host has on this machine. */
const serverOf = async (host: PracticeHost): Promise<string> => {
  const name = `/run/watched-${process.pid}`
  const { stdout } = await host.sh(`touch ${name}; systemctl show --value -p MainPID ssh`)
  const pid = readdirSync('/proc').find(
    (each) => lineOf(each, 'NSpid').at(-1) === stdout.trim() && existsSync(join('/proc', each, 'root', name)),
  )
  if (!pid) throw new Error(`the SSH server of ${host.name} is not to be seen from here`)
  return pid
}

const tracerOf = (pid: string): string | undefined => lineOf(pid, 'TracerPid').at(-1)

const lineOf = (pid: string, name: string): string[] => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return new RegExp(`^${name}:\\t(.*)$`, 'm').exec(status)?.[1]?.split('\t') ?? []
  } catch {
    return []
  }
}
