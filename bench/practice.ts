import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Event } from '../engine/core/event.ts'
import { down, type LabHostSpec, up, variables } from '../engine/lab/index.ts'
import { fettle, type Login, login } from './site.ts'

/** A site of its own on practice hosts, for one measurement. */
export interface Practice {
  fettle(...args: readonly string[]): Promise<void>
  reach(host: string): Login
  /** Where the time of Fettle's newest run went. */
  stepsOfNewest(): Promise<string>
  end(): Promise<void>
}

/** The password of accounts that copy by hand, in `keys/backup` of the site. */
export const copyPassword = 'for-copies-of-this-bench'

/** Starts hosts by group and describes them; nothing is provisioned yet. */
export const practise = async (
  groups: Readonly<Record<string, readonly LabHostSpec[]>>,
  site: object,
): Promise<Practice> => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-bench-'))
  const options = { stateDir: join(folder, '.fettle/lab'), say: (line: string) => process.stderr.write(`${line}\n`) }
  await up(Object.values(groups).flat(), options)
  const known = await variables(options.stateDir)
  const children = Object.fromEntries(
    Object.entries(groups).map(([name, hosts]) => [
      name,
      { hosts: Object.fromEntries(hosts.map((host) => [host.name, known[host.name]])) },
    ]),
  )
  for (const name of ['inventory', 'keys']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'keys/backup'), `${copyPassword}\n`, { mode: 0o600 })
  await writeFile(join(folder, 'site.yml'), JSON.stringify(site))
  await writeFile(join(folder, 'inventory/lab.yml'), JSON.stringify({ all: { children } }))
  const run = async (...args: readonly string[]): Promise<void> => {
    await execa(process.execPath, [fettle, ...args], {
      cwd: folder,
      env: { FETTLE_IDENTITY: join(folder, 'identity') },
      stdin: 'ignore',
      stdout: 'ignore',
    })
  }
  await run('secrets', 'init')
  return {
    fettle: run,
    reach: (host) => login(host, known[host] ?? {}),
    stepsOfNewest: () => stepsOfNewest(folder),
    end: async () => {
      await down({ ...options, purge: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const stepsOfNewest = async (folder: string): Promise<string> => {
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
