import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Holder } from '../engine/converge/state/lease.ts'
import type { Origin, OwnProcess } from '../engine/core/event.ts'
import { command } from '../engine/core/shell.ts'

/** Who runs this, and where. */
export const originOf = (): Origin => ({
  who: userInfo().username,
  from: hostname(),
  process: { pid: process.pid, began: beganAt(process.pid) },
  ...(process.env.FETTLE_JOB && { job: process.env.FETTLE_JOB }),
})

/** The same for whoever wants to change the same hosts meanwhile. */
export const holderOf = ({ who, from, job }: Origin): Holder => ({
  who: job ? `job ${job} of ${who}@${from}` : `${who}@${from}`,
  command: command(...process.argv.slice(2)),
  since: new Date().toISOString(),
})

/** Whether a process of this machine is the one that was recorded, and still there. */
export const isAlive = ({ pid, began }: OwnProcess): boolean => {
  if (began !== null) return beganAt(pid) === began
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The boot and the moment in it, in the kernel's ticks; null where there is no such process, or no way to know. */
const beganAt = (pid: number): string | null => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19]
    return ticks === undefined ? null : `${boot} ${ticks}`
  } catch {
    return null
  }
}
