import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Flavor } from '../engine/core/database.ts'
import { practise } from './practice.ts'
import { copyOf, prepare } from './seeding/plain.ts'
import { loadTable, percentile, startLoad, type Window, within } from './seeding/writes.ts'
import { onHost } from './site.ts'

/**
 * Gives a replica a copy of 1 GB while its source takes writes, by Fettle and by hand, in turn, in one run.
 * Usage: seeding.ts mariadb|mysql [--rounds N] [--hosts N] [--rate MIB] [--apart]. With three hosts, the one that gives it is
 * a replica. The rate is `copyRate`, of Fettle alone. Hosts share this machine's disk, as real ones do not: `--apart` has the
 * new replica's data in memory.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    hosts: { type: 'string', default: '2' },
    rate: { type: 'string' },
    apart: { type: 'boolean', default: false },
  },
})
const flavor: Flavor = positionals[0] === 'mysql' ? 'mysql' : 'mariadb'
const { rounds, rate } = values
const names = ['db1', 'db2', 'db3'].slice(0, Number(values.hosts))
const last = names.at(-1) as string
const release = flavor === 'mariadb' ? 'trixie' : 'sid'

const secrets = { replicationPassword: 'file:keys/backup', backupPassword: 'file:keys/backup' }
const mysql = {
  flavor,
  primary: 'db1',
  memory: '256M',
  databases: { shop: {} },
  ...secrets,
  copyRate: rate ? Number(rate) : null,
}
const site = await practise(
  { db: names.map((name) => ({ name, release })) },
  { name: 'seeding', groups: { db: { mysql } } },
)

/** From one moment to another, in seconds since 1970. */
const timed = async (work: () => Promise<unknown>): Promise<Window> => {
  const began = Date.now() / 1000
  await work()
  return { began, ended: Date.now() / 1000 }
}

const milliseconds = (value: number): string => `${(value / 1000).toFixed(1)} ms`

try {
  const inMemory = 'mkdir -p /var/lib/mysql && mount -t tmpfs -o size=6G,mode=0755 tmpfs /var/lib/mysql'
  if (values.apart) await onHost(site.reach(last), inMemory)
  await site.fettle('provision', '--yes')
  const [source, donor, target] = [site.reach('db1'), site.reach(names.at(-2) as string), site.reach(last)]
  await onHost(source, loadTable(flavor))
  // The others have what the writer has before anything is measured.
  for (const name of names.slice(1)) await site.fettle('db', 'reseed', name, '--yes')
  await prepare(flavor, donor, target)
  const load = await startLoad(flavor, source)
  const [quiet, byFettle, byHand]: [Window[], Window[], Window[]] = [[], [], []]
  for (let round = 0; round < Number(rounds); round++) {
    quiet.push(await timed(() => wait(15_000)))
    byHand.push(await timed(() => copyOf(flavor, donor, target)))
    quiet.push(await timed(() => wait(15_000)))
    byFettle.push(await timed(() => site.fettle('db', 'reseed', last, '--yes')))
  }
  const latencies = await load.stop()
  const row = (what: string, windows: readonly Window[], times: boolean): string => {
    const found = within(latencies, windows)
    const lengths = windows.map(({ began, ended }) => ended - began).sort((one, other) => one - other)
    const time = times ? `${lengths[Math.floor(lengths.length / 2)]?.toFixed(1)} s` : ''
    const most = milliseconds(Math.max(...found))
    return `| ${what} | ${time} | ${found.length} | ${milliseconds(percentile(found, 50))} | ${milliseconds(percentile(found, 99))} | ${most} |`
  }
  process.stdout.write(`${flavor}, ${names.length} hosts, ${rounds} rounds${rate ? `, ${rate} MiB a second` : ''}${values.apart ? ', apart' : ''}
| | time, median | writes | p50 | p99 | longest |
|---|---|---|---|---|---|
${row('no copy under way', quiet, false)}
${row('a copy by hand', byHand, true)}
${row('a copy by Fettle', byFettle, true)}

The last one by Fettle:
${await site.stepsOfNewest()}
`)
} finally {
  await site.end()
}
