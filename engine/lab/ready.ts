import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { FettleError } from '../core/error.ts'
import { hostGroup, isEmpty } from './cgroup.ts'
import { consoleFile } from './host.ts'
import type { LabOptions } from './options.ts'
import { keyFile, knownHostsFile, type LabHost, type LabState } from './state.ts'
import { refuseIfCancelled } from './wait.ts'

const patience = 120_000

/** What OpenSSH needs to log in to a practice host, and to nothing else. */
export const sshArguments = (stateDir: string, address: string): string[] => [
  ...['-F', 'none', '-i', keyFile(stateDir), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'],
  ...['-o', `UserKnownHostsFile=${knownHostsFile(stateDir)}`, '-o', 'StrictHostKeyChecking=yes'],
  ...['-o', 'ConnectTimeout=5', `operator@${address}`],
]

/** Waits until the host has booted and lets its operator in. Errors: `lab.failed` with the end of its console, `cancelled`. */
export const untilReady = async (state: LabState, host: LabHost, options: LabOptions): Promise<void> => {
  const deadline = Date.now() + patience
  while (!(await answers(host.address))) await pause(state, host, options, deadline)
  for (;;) {
    const boot = await logIn(options.stateDir, host.address)
    if (boot === 'running') return
    if (boot !== null) {
      options.say(`${host.name} is up, but systemd calls it ${boot}`)
      return
    }
    await pause(state, host, options, deadline)
  }
}

const pause = async (state: LabState, host: LabHost, options: LabOptions, deadline: number): Promise<void> => {
  refuseIfCancelled(options.signal)
  const { launcher } = await hostGroup(state.id, host.name)
  const alive = !(await isEmpty(launcher))
  if (!alive || Date.now() > deadline)
    throw new FettleError({
      code: 'lab.failed',
      message: alive ? `${host.name} does not answer ssh` : `${host.name} stopped while it was starting`,
      host: host.name,
      detail: (await readFile(consoleFile(options.stateDir, host.name), 'utf8').catch(() => '')).slice(-2000),
      hint: 'start it afresh: fettle lab down --purge, then fettle lab up',
    })
  await delay(30)
}

/** Whether something at port 22 says that it speaks SSH. */
const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 500 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')))
    for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => end(false))
  })

/** What systemd says once the boot is over; null where nobody could log in yet. */
const logIn = async (stateDir: string, address: string): Promise<string | null> => {
  const { exitCode, stdout } = await execa(
    'ssh',
    [...sshArguments(stateDir, address), 'sudo systemctl is-system-running --wait'],
    { reject: false, stdin: 'ignore', timeout: 30_000 },
  )
  return exitCode === 255 || exitCode === undefined || stdout === '' ? null : stdout.trim()
}
