import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, uptime, userInfo } from 'node:os'
import { join } from 'node:path'
import { foldManifest, type Manifest } from '../../../../engine/converge/state/manifest.ts'
import type { Connect, Session, Target } from '../../../../engine/core/ports.ts'
import { connectLocal } from '../../../../engine/transport/local.ts'
import { commandsOf } from './commands.ts'

/** A small host in a folder: scripts really run in `sh`, with a state directory and a service manager of their own. */
export interface Machine {
  readonly folder: string
  readonly connect: Connect
  /** All scripts so far, over all sessions. */
  readonly scripts: readonly string[]
  /** How many sessions are open. */
  open(): number
  write(name: string, content: string, mode?: number): string
  read(name: string): string
  has(name: string): boolean
  /** Makes the folder in which a host keeps what Fettle must know of it. */
  state(): void
  /** Describes a service that runs, since a number of seconds after boot, or does not. */
  service(unit: string, since: number | null): void
  /** What happens when the service manager is told to do something: `$1` is what, `$2` the unit. */
  hook(script: string): void
  /** Cuts every connection, as the death of whoever holds it would. */
  cut(): Promise<void>
  /** Ends every transient unit in the middle, as a reboot would. */
  endUnits(): void
  /** What the service manager was told to do. */
  log(): readonly string[]
  manifest(): Manifest
  remove(): void
}

/** Whoever runs the tests. */
export const me = { owner: userInfo().username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim() }

export const isRoot = userInfo().uid === 0

export const localTarget = (name: string): Target => ({
  name,
  address: '127.0.0.1',
  transport: 'local',
  become: false,
  hostKeys: 'strict',
  deadlines: { connect: 20_000, idle: 20_000 },
})

export const createMachine = (): Machine => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'fettle-machine-'))
  chmodSync(folder, 0o755)
  for (const name of ['bin', 'units']) mkdirSync(join(folder, name))
  const write = (name: string, content: string, mode = 0o644) => {
    writeFileSync(join(folder, name), content)
    chmodSync(join(folder, name), mode)
    return join(folder, name)
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  for (const [name, text] of Object.entries(commandsOf(folder))) write(`bin/${name}`, text, 0o755)
  write('os-release', 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n')
  for (const name of ['log', 'hook', 'transient']) write(name, '')
  const scripts: string[] = []
  const sessions = new Set<Session>()
  let open = 0
  const connect: Connect = async (target, signal) => {
    const session = await connectLocal(target, signal)
    open++
    sessions.add(session)
    return inFolder(folder, session, scripts, () => open--)
  }
  return {
    ...{ folder, connect, scripts, write, read },
    has: (name) => existsSync(join(folder, name)),
    state: () => mkdirSync(join(folder, 'state/former'), { recursive: true }),
    open: () => open,
    service: (unit, since) => write(`units/${unit}`, unitText(since)),
    hook: (script) => write('hook', script),
    cut: async () => void (await Promise.all([...sessions].map((session) => session.close()))),
    endUnits: () => {
      endUnits(read('transient'))
      write('transient', '')
    },
    log: () => read('log').split('\n').slice(0, -1),
    manifest: () => foldManifest(read('state/manifest')),
    remove: () => {
      endUnits(read('transient'))
      rmSync(folder, { recursive: true })
    },
  }
}

/** Each in a process group of its own. */
const endUnits = (pids: string): void => {
  for (const pid of pids.split('\n').filter(Boolean)) {
    try {
      process.kill(-Number(pid), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

const unitText = (since: number | null): string =>
  [
    'LoadState=loaded',
    `ActiveState=${since === null ? 'inactive' : 'active'}`,
    `SubState=${since === null ? 'dead' : 'running'}`,
    'UnitFileState=enabled',
    'NeedDaemonReload=no',
    'MainPID=1',
    `ActiveEnterTimestamp=${since === null ? '' : timestamp(since)}`,
    `ActiveEnterTimestampMonotonic=${Math.round((since ?? 0) * 1e6)}`,
    '',
  ].join('\n')

/** When this machine had been up for so many seconds, as systemd writes it. */
const timestamp = (since: number): string => {
  const [date, time] = new Date(Date.now() + (since - uptime()) * 1000).toISOString().split(/[TZ]/)
  return `Sat ${date} ${time} UTC`
}

/** The same scripts, where a host's own places are in the folder. */
const inFolder = (folder: string, session: Session, scripts: string[], closed: () => void): Session => ({
  run: (script, options) => {
    scripts.push(script)
    return session.run(here(folder, script), options)
  },
  feed: (script, bytes, options) => session.feed(here(folder, script), bytes, options),
  close: async () => {
    closed()
    await session.close()
  },
})

const here = (folder: string, script: string): string => {
  const moved = script
    .replaceAll('/var/lib/fettle', `${folder}/state`)
    .replaceAll('/etc/os-release', `${folder}/os-release`)
    .replaceAll('/etc/systemd/system', `${folder}/system`)
    .replaceAll('PATH="/usr/local/sbin', `PATH="${folder}/bin:/usr/local/sbin`)
  return `PATH=${folder}/bin:$PATH\n${moved}`
}
