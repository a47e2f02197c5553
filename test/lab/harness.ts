import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll } from 'vitest'
import { command } from '../../engine/core/shell.ts'
import { down, type LabHostSpec, type LabOptions, reset, up, variables } from '../../engine/lab/index.ts'
import { tryLock } from '../../engine/lab/lock.ts'
import { loadState } from '../../engine/lab/state.ts'
import { leaks, leaksIn } from './leaks/scan.ts'

export interface PracticeHost {
  readonly name: string
  readonly address: string
  readonly user: string
  readonly keyFile: string
  /** A file in OpenSSH's format. */
  readonly knownHosts: string
  /** Runs POSIX sh as root through the system's ssh. A non-zero exit is an answer, not an error. */
  sh(script: string): Promise<Answer>
}

export interface Answer {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export interface PracticeHosts {
  /** Usable once `beforeAll` has run. */
  host(name: string): PracticeHost
  /** The pristine base image again, same address and keys. One or two seconds. */
  reset(name: string): Promise<void>
  /** What the lab's other functions take: freeze, cut, reboot. */
  readonly options: LabOptions
}

const labs = join(fileURLToPath(new URL('../..', import.meta.url)), '.fettle/test-lab')

/**
 * Gives this test file practice hosts of its own, in a lab of its own: names need not differ from other files', and
 * what one file does to its network no other one feels. Plain names are bookworm hosts.
 */
export const usePracticeHosts = (wanted: readonly (string | LabHostSpec)[]): PracticeHosts => {
  const specs = wanted.map((spec) => (typeof spec === 'string' ? { name: spec, release: 'bookworm' } : spec))
  const hosts = new Map<string, PracticeHost>()
  let slot: Slot | null = null
  const options = (): LabOptions => ({
    stateDir: need(slot).stateDir,
    say: (line) => process.stderr.write(`${line}\n`),
  })

  beforeAll(async () => {
    slot = await takeSlot()
    await up(specs, options())
    for (const [name, vars] of Object.entries(await variables(slot.stateDir))) hosts.set(name, practiceHost(name, vars))
  })

  afterAll(async () => {
    if (!slot) return
    const shown = await secretsShown(slot.stateDir, [...hosts.values()])
    await down({ ...options(), purge: true })
    await slot.release()
    if (shown.length > 0) throw new Error(`a secret is shown by\n${shown.join('\n')}`)
  })

  return {
    host: (name) => need(hosts.get(name)),
    reset: (name) => reset(name, options()),
    get options() {
      return options()
    },
  }
}

/** What of a secret is left on hosts where others may find it: in files that everybody may read, in logs, in journals. */
const secretsShown = async (stateDir: string, hosts: readonly PracticeHost[]): Promise<readonly string[]> => {
  const state = await loadState(stateDir)
  const found = await Promise.all(
    hosts.map(async ({ name, sh }) => {
      const disk = join(state?.disks ?? stateDir, name, 'upper')
      if ((await leaksIn(disk, 'any')).length === 0) return []
      const journal = await sh('journalctl --no-pager -o export')
      const files = await Promise.all([leaksIn(disk, 'readable'), leaksIn(join(disk, 'var/log'), 'any')])
      return [...files.flat(), ...((await leaks(journal.stdout)) ? [`the journal of ${name}`] : [])]
    }),
  )
  return found.flat()
}

const need = <Value>(value: Value | null | undefined): Value => {
  if (value == null) throw new Error('no such practice host, or asked before beforeAll has run')
  return value
}

const practiceHost = (name: string, vars: Readonly<Record<string, unknown>>): PracticeHost => {
  const address = String(vars.ansible_host)
  const user = String(vars.ansible_user)
  const keyFile = String(vars.ansible_ssh_private_key_file)
  const [knownHosts = ''] = vars.fettle_known_hosts as string[]
  const sh = async (script: string): Promise<Answer> => {
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=10']
    const argv = [...options, `UserKnownHostsFile=${knownHosts}`].flatMap((option) => ['-o', option])
    const remote = command('sudo', '-n', 'sh', '-c', script)
    const result = await execa('ssh', ['-F', 'none', '-i', keyFile, ...argv, `${user}@${address}`, remote], {
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
    })
    return { exit: result.exitCode ?? 255, stdout: result.stdout, stderr: result.stderr }
  }
  return { name, address, user, keyFile, knownHosts, sh }
}

interface Slot {
  readonly stateDir: string
  readonly release: () => Promise<void>
}

const slotCount = 64

/** A lab that no living process holds. What a killed run left in it is cleared first. */
const takeSlot = async (): Promise<Slot> => {
  for (let number = 0; number < slotCount; number++) {
    const slot = await trySlot(String(number))
    if (slot) return slot
  }
  throw new Error(`${slotCount} test labs are in use`)
}

const trySlot = async (name: string): Promise<Slot | null> => {
  await mkdir(labs, { recursive: true })
  const release = await tryLock(join(labs, `${name}.lock`))
  if (!release) return null
  const stateDir = join(labs, name)
  await down({ stateDir, purge: true, say: () => undefined })
  return { stateDir, release }
}

/** Takes down every test lab whose process is gone. */
export const clearLeftovers = async (): Promise<void> => {
  if (!existsSync(labs)) return
  const names = (await readdir(labs)).filter((name) => /^\d+$/.test(name))
  await Promise.all(names.map(async (name) => (await trySlot(name))?.release()))
}
