import { type ChildProcess, spawn } from 'node:child_process'
import { userInfo } from 'node:os'
import type { Connect } from '../core/ports.ts'
import { command } from '../core/shell.ts'
import { type Connection, type Ending, type ShellProcess, untilEnded } from './session/process.ts'
import { ShellSession } from './session/shell-session.ts'

/** Scripts on this machine, without a log-in. */
export const connectLocal: Connect = (target) => {
  const user = userInfo()
  return ShellSession.open(thisMachine(), {
    where: { host: target.name, login: `${user.username}@localhost` },
    become: target.become && user.uid !== 0,
    becomePassword: target.becomePassword,
    deadline: target.deadlines.connect,
  })
}

const thisMachine = (): Connection => {
  const abandon = new Set<() => void>()
  return {
    start: async (argv) => {
      const started = start(argv)
      abandon.add(started.abandon)
      started.process.ended.then(() => abandon.delete(started.abandon))
      return started.process
    },
    close: async () => {
      for (const leave of abandon) leave()
    },
  }
}

const start = (argv: readonly string[]): { process: ShellProcess; abandon: () => void } => {
  // A process group of its own: Ctrl-C in the terminal is ours to handle, and a command can be ended as a whole.
  const child = spawn('sh', ['-c', `exec ${command(...argv)}`], { detached: true })
  let leave = () => {}
  const left = new Promise<Ending>((resolve) => {
    leave = () => resolve({ type: 'lost', why: 'the session was closed' })
  })
  const ended = Promise.race([endingOf(child), left])
  const abandon = () => {
    leave()
    // What the script left running may hold the pipes; it must not keep us waiting.
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
    child.unref()
  }
  const kill = () => {
    if (child.pid !== undefined) killGroup(child.pid)
  }
  return { process: { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended, kill }, abandon }
}

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}

const endingOf = async (child: ChildProcess): Promise<Ending> => {
  const closed = new Promise((resolve) => child.on('close', resolve))
  const exited = new Promise<Ending>((resolve) => {
    child.on('error', ({ message }) => resolve({ type: 'lost', why: `sh could not be started: ${message}` }))
    child.on('exit', (exit, signal) =>
      resolve(exit === null ? { type: 'killed', signal: signal ?? 'a signal' } : { type: 'exited', exit }),
    )
  })
  await untilEnded(exited, closed)
  return exited
}
