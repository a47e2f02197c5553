import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { execa } from 'execa'
import type { Flavor } from '../engine/core/database.ts'
import type { Event } from '../engine/core/event.ts'
import { down, up, variables } from '../engine/lab/index.ts'
import { copyOf, prepare } from './seeding/plain.ts'
import { loadTable, percentile, startLoad, type Window, within } from './seeding/writes.ts'
import { fettle, login, onHost } from './site.ts'

/**
 * Gives a replica a copy of 1 GB while its source takes writes, by Fettle and by hand, in turn, in one run.
 * Usage: seeding.ts mariadb|mysql [ROUNDS] [HOSTS]. With three hosts, the one that gives it is a replica.
 */
const [flavor = 'mariadb', rounds = '3', count = '2'] = process.argv.slice(2) as [Flavor, string?, string?]
const names = ['db1', 'db2', 'db3'].slice(0, Number(count))
const last = names.at(-1) as string
const release = flavor === 'mariadb' ? 'trixie' : 'sid'

const folder = await mkdtemp(join(tmpdir(), 'fettle-seeding-'))
const options = { stateDir: join(folder, '.fettle/lab'), say: (line: string) => process.stderr.write(`${line}\n`) }

const runFettle = async (...args: readonly string[]): Promise<void> => {
  await execa(process.execPath, [fettle, ...args], {
    cwd: folder,
    env: { FETTLE_IDENTITY: join(folder, 'identity') },
    stdin: 'ignore',
    stdout: 'ignore',
  })
}

const describeSite = async (): Promise<void> => {
  await mkdir(join(folder, 'inventory'))
  await mkdir(join(folder, 'keys'))
  await writeFile(join(folder, 'keys/backup'), 'for-copies-of-this-bench\n', { mode: 0o600 })
  const passwords = { replicationPassword: 'file:keys/backup', backupPassword: 'file:keys/backup' }
  const mysql = { flavor, primary: 'db1', memory: '256M', databases: { shop: {} }, ...passwords }
  await writeFile(join(folder, 'site.yml'), JSON.stringify({ name: 'seeding', groups: { db: { mysql } } }))
  const known = await variables(options.stateDir)
  const hosts = Object.fromEntries(names.map((name) => [name, known[name]]))
  await writeFile(join(folder, 'inventory/lab.yml'), JSON.stringify({ all: { children: { db: { hosts } } } }))
}

/** Where the time of Fettle's newest run went. */
const stepsOfNewest = async (): Promise<string> => {
  const runs = join(folder, '.fettle/runs')
  const newest = (await readdir(runs)).sort().at(-1) ?? ''
  const events = (await readFile(join(runs, newest), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  return events
    .flatMap((event) =>
      event.type === 'step.done' ? [`${event.host}: ${event.title}, ${(event.duration / 1000).toFixed(1)} s`] : [],
    )
    .join('\n')
}

/** From one moment to another, in seconds since 1970. */
const timed = async (work: () => Promise<unknown>): Promise<Window> => {
  const began = Date.now() / 1000
  await work()
  return { began, ended: Date.now() / 1000 }
}

const milliseconds = (value: number): string => `${(value / 1000).toFixed(1)} ms`

try {
  await up(
    names.map((name) => ({ name, release })),
    options,
  )
  await describeSite()
  await runFettle('secrets', 'init')
  await runFettle('provision', '--yes')
  const known = await variables(options.stateDir)
  const [source, donor, target] = ['db1', names.at(-2) as string, last].map((name) => login(name, known[name] ?? {}))
  if (!source || !donor || !target) throw new Error('no hosts')
  await onHost(source, loadTable(flavor))
  // The others have what the writer has before anything is measured.
  for (const name of names.slice(1)) await runFettle('db', 'reseed', name, '--yes')
  await prepare(flavor, donor, target)
  const load = await startLoad(flavor, source)
  const [quiet, byFettle, byHand]: [Window[], Window[], Window[]] = [[], [], []]
  for (let round = 0; round < Number(rounds); round++) {
    quiet.push(await timed(() => wait(15_000)))
    byHand.push(await timed(() => copyOf(flavor, donor, target)))
    quiet.push(await timed(() => wait(15_000)))
    byFettle.push(await timed(() => runFettle('db', 'reseed', last, '--yes')))
  }
  const latencies = await load.stop()
  const row = (what: string, windows: readonly Window[], times: boolean): string => {
    const found = within(latencies, windows)
    const lengths = windows.map(({ began, ended }) => ended - began).sort((one, other) => one - other)
    const time = times ? `${lengths[Math.floor(lengths.length / 2)]?.toFixed(1)} s` : ''
    const most = milliseconds(Math.max(...found))
    return `| ${what} | ${time} | ${found.length} | ${milliseconds(percentile(found, 50))} | ${milliseconds(percentile(found, 99))} | ${most} |`
  }
  process.stdout.write(`${flavor}, ${count} hosts, ${rounds} rounds
| | time, median | writes | p50 | p99 | longest |
|---|---|---|---|---|---|
${row('no copy under way', quiet, false)}
${row('a copy by hand', byHand, true)}
${row('a copy by Fettle', byFettle, true)}

The last one by Fettle:
${await stepsOfNewest()}
`)
} finally {
  await down({ ...options, purge: true })
  await rm(folder, { recursive: true, force: true })
}
