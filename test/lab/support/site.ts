import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll } from 'vitest'
import type { Event } from '../../../engine/core/event.ts'
import type { PracticeHost } from '../harness.ts'
import { leaksIn } from '../leaks/scan.ts'

const bin = fileURLToPath(new URL('../../../bin/fettle', import.meta.url))
const roles = fileURLToPath(new URL('./roles', import.meta.url))

/** What a command came to. */
export interface Told {
  /** Null where it was killed. */
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
  /** With `--json`; empty without. */
  readonly events: readonly Event[]
}

/** A command that is under way. */
export interface Running {
  /** At once, as a crash would. */
  kill(): void
  /** Lets it hang, as a laptop that was closed would, and go on. */
  stop(): void
  resume(): void
  /** Asks it to end. */
  end(): void
  readonly told: Promise<Told>
}

/** A user's folder on this machine, and the command run in it. */
export interface Site {
  readonly folder: string
  fettle(...args: readonly string[]): Promise<Told>
  /** `onEvent` hears of each event when the command has said it. */
  start(args: readonly string[], onEvent?: (event: Event) => void): Running
  /** The same site from another folder, as on another machine: what this one remembers is not there. */
  elsewhere(): Promise<Site>
  /** Replaces `site.yml`. */
  describe(siteYml: string): Promise<void>
  /** The events in the journal of the newest run. */
  journal(): Promise<readonly Event[]>
}

export interface SiteOptions {
  readonly siteYml: string
  /** By group. */
  readonly hosts: Readonly<Record<string, readonly PracticeHost[]>>
  /** Variables of all hosts. */
  readonly variables?: Readonly<Record<string, unknown>>
}

const folders: string[] = []

afterAll(async () => {
  const shown = await Promise.all(folders.map((folder) => leaksIn(join(folder, '.fettle'), 'any')))
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  if (shown.flat().length > 0) throw new Error(`a secret was written down in ${shown.flat().join(', ')}`)
})

/** A site folder of its own, gone when the test file has ended. The roles beside this file are the site's own. */
export const useSite = async ({ siteYml, hosts, variables = {} }: SiteOptions): Promise<Site> => {
  const folder = await newFolder()
  await cp(roles, join(folder, 'roles'), { recursive: true })
  await mkdir(join(folder, 'inventory'))
  const inventory = { all: { vars: variables, children: groupsOf(hosts) } }
  await writeFile(join(folder, 'inventory/lab.yml'), JSON.stringify(inventory))
  await writeFile(join(folder, 'site.yml'), siteYml)
  return siteIn(folder)
}

const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-site-'))
  folders.push(folder)
  return folder
}

const siteIn = (folder: string): Site => {
  const start: Site['start'] = (args, onEvent) => begin(folder, args, onEvent)
  return {
    folder,
    start,
    fettle: (...args) => start(args).told,
    describe: (text) => writeFile(join(folder, 'site.yml'), text),
    journal: () => newestJournal(folder),
    elsewhere: async () => {
      const other = await newFolder()
      await cp(folder, other, { recursive: true, filter: (path) => !path.includes('/.fettle') })
      return siteIn(other)
    },
  }
}

const groupsOf = (hosts: SiteOptions['hosts']) =>
  Object.fromEntries(
    Object.entries(hosts).map(([group, members]) => [
      group,
      { hosts: Object.fromEntries(members.map((host) => [host.name, variablesOf(host)])) },
    ]),
  )

const variablesOf = ({ address, user, keyFile, knownHosts }: PracticeHost) => ({
  ansible_host: address,
  ansible_user: user,
  ansible_ssh_private_key_file: keyFile,
  fettle_known_hosts: [knownHosts],
})

const begin = (folder: string, args: readonly string[], onEvent?: (event: Event) => void): Running => {
  const { FETTLE_INVENTORY: _, ...env } = process.env
  const child = execa(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...env, NO_COLOR: '1' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
  })
  if (onEvent) createInterface({ input: child.stdout }).on('line', (line) => eventsIn(line).forEach(onEvent))
  const told = child.then(({ exitCode, stdout, stderr }) => ({
    exit: exitCode ?? null,
    stdout,
    stderr,
    events: args.includes('--json') ? eventsIn(stdout) : [],
  }))
  const signal = (name: NodeJS.Signals) => () => void child.kill(name)
  return { kill: signal('SIGKILL'), stop: signal('SIGSTOP'), resume: signal('SIGCONT'), end: signal('SIGTERM'), told }
}

/** A line torn by a kill is passed over, as is the one that says the format. */
const eventsIn = (text: string): Event[] =>
  text.split('\n').flatMap((line) => {
    try {
      const event = JSON.parse(line)
      return event.type === 'version' ? [] : [event]
    } catch {
      return []
    }
  })

const newestJournal = async (folder: string): Promise<readonly Event[]> => {
  const runs = join(folder, '.fettle/runs')
  const newest = (await readdir(runs)).sort().at(-1) ?? ''
  return eventsIn(await readFile(join(runs, newest), 'utf8'))
}
