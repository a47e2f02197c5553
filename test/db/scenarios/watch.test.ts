import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cut, freeze, heal, start, thaw } from '../../../engine/lab/index.ts'
import { type Postgres, startPostgres } from '../../contract/support/postgres.ts'
import { sql } from '../../lab/database/support.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import type { Site } from '../../lab/support/site.ts'
import { longestGap, type Writes } from '../load/writes.ts'
import { comeBack, killServer, writerOf } from '../support/cluster.ts'
import { startObserver, type Watching } from '../support/observers.ts'
import { does, isSafe, type Subject, servers, useSubject } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

const lab = usePracticeHosts(['lb1', 'app1', ...servers.map((name) => ({ name, release: 'trixie' }))])
const flavor = 'mariadb'
let subject: Subject
let elsewhere: Site
let postgres: Postgres

beforeAll(async () => {
  postgres = await startPostgres()
  subject = await useSubject(lab, flavor, { failover: { automatic: true } })
  elsewhere = await subject.site.elsewhere()
}, 900_000)

afterAll(() => postgres.stop())

/** Two, who have one memory, which may be new, and see a cluster that is well. */
const observe = async (memory: 'new' | 'same', ...args: readonly string[]): Promise<readonly [Watching, Watching]> => {
  await isSafe(subject)
  if (memory === 'new') process.env.DATABASE_URL = postgres.freshUrl()
  const both = [startObserver(subject.site, ...args), startObserver(elsewhere, ...args)] as const
  await each(both, 'observers', '2')
  await each(both, 'cluster', 'well')
  return both
}

const each = (both: readonly Watching[], subject: string, state: string) =>
  Promise.all(both.map((one) => one.says(subject, state)))

const begun = (both: readonly Watching[]): number => both.reduce((sum, one) => sum + one.count('failing over'), 0)

/** One of them has failed over, and both see that it is well. */
const taken = async (both: readonly Watching[]): Promise<void> => {
  const done = () => both.reduce((sum, one) => sum + one.count('failed over'), 0)
  await expect.poll(done, { timeout: 120_000 }).toBe(1)
  await each(both, 'cluster', 'well')
}

const endAll = async (both: readonly Watching[]): Promise<void> => {
  const ends = await Promise.all(both.map((one) => one.end()))
  expect(ends.map(({ exit, stderr }) => ({ exit, stderr }))).toEqual(both.map(() => ({ exit: 0, stderr: '' })))
}

const kill = (name: string) => killServer(subject, name)

/** The one long time without a write is over. */
const servedAfter = (moment: number, writes: Writes): string =>
  `serving again ${(longestGap(writes).until - moment).toFixed(1)} s after it`

const gap = (writes: Writes): string => `no write for ${longestGap(writes).seconds.toFixed(1)} s`

test('an observer that is cut off from the writer says so, and does nothing while replicas hear it', async () => {
  const both = await observe('new')
  const old = await writerOf(subject)
  await underWrites(
    subject,
    'observers cut off from the writer',
    async () => {
      await cut('controller', old, lab.options)
      const [line] = await each(both, 'cluster', 'unreached')
      expect(line?.message).toContain('still hears it')
      await heal(lab.options)
      await each(both, 'cluster', 'well')
    },
    gap,
  )
  expect([begun(both), await writerOf(subject)]).toEqual([0, old])
  await endAll(both)
})

test('the writer is killed: one observer fails over, once', async () => {
  const both = await observe('new')
  const old = await writerOf(subject)
  let killed = 0
  await underWrites(
    subject,
    'kill -9 of the writer, two observers',
    async () => {
      killed = Date.now() / 1000
      await kill(old)
      await taken(both)
      await comeBack(subject, old)
    },
    (writes) => `${servedAfter(killed, writes)}, ${gap(writes)}`,
  )
  await endAll(both)
  expect([begun(both), both.flatMap(({ lines }) => lines).filter(({ state }) => state === 'failed over')]).toEqual([
    1,
    [expect.objectContaining({ message: expect.stringContaining('failover 1, run ') })],
  ])
  const { stdout } = await subject.site.fettle('runs', '--json')
  const { stdout: others } = await elsewhere.fettle('runs', '--json')
  expect(`${stdout}${others}`).toContain('"command":"watch --json"')
})

test('a second one within the hour is not by itself, whoever has restarted', async () => {
  const both = await observe('same')
  const old = await writerOf(subject)
  await kill(old)
  const [line] = await each(both, 'cluster', 'damped')
  expect(line?.message).toContain('less than 3600 s ago')
  expect([begun(both), await writerOf(subject)]).toEqual([0, old])
  await subject.host(old).sh(`systemctl unmask --runtime ${flavor}; systemctl start ${flavor}`)
  await does(subject, 'resume')
  await each(both, 'cluster', 'well')
  await endAll(both)
})

test('nothing is done beside a person who is at work', async () => {
  const both = await observe('new')
  const old = await writerOf(subject)
  const release = await holdAppliers(servers.filter((name) => name !== old))
  await kill(old)
  const person = subject.site.start(['db', 'failover', '--yes', '--json'])
  const [line] = await each(both, 'cluster', 'held').finally(release)
  expect(line?.message).toContain('nothing is done beside')
  expect((await person.told).exit).toBe(3)
  await each(both, 'cluster', 'well')
  expect(begun(both)).toBe(0)
  await endAll(both)
  await comeBack(subject, old)
})

/** Replicas that have received more than they may apply, for which a failover waits, until they are released. */
const holdAppliers = async (names: readonly string[]): Promise<() => Promise<void>> => {
  const hold = `rm -f /run/hold; mkfifo /run/hold
setsid sh -c '{ echo "FLUSH TABLES WITH READ LOCK;"; cat /run/hold; } | mariadb' >/dev/null 2>&1 </dev/null &`
  const waits = "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE 'Waiting for % lock';"
  for (const name of names) {
    await subject.host(name).sh(hold)
    await expect.poll(() => sql(subject.host(name), flavor, waits), { timeout: 60_000 }).not.toBe('0')
  }
  return async () => {
    for (const name of names) await subject.host(name).sh(': >/run/hold')
  }
}

test('a host that hangs needs to be switched off, and nothing is done before', async () => {
  const both = await observe('new')
  const old = await writerOf(subject)
  await underWrites(
    subject,
    'the host of the writer hangs, nothing switches it off',
    async () => {
      await freeze(old, lab.options)
      await each(both, 'cluster', 'needs fencing')
      await thaw(old, lab.options)
      await each(both, 'cluster', 'well')
    },
    gap,
  )
  expect([begun(both), await writerOf(subject)]).toEqual([0, old])
  await endAll(both)
})

test('a host that hangs is switched off, and then a replica takes over', async () => {
  const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const program = [file('../../../node_modules/.bin/tsx'), file('../support/power-off.ts'), lab.options.stateDir]
  const both = await observe('new', '--set', `mysql.failover.fence=${JSON.stringify(program)}`)
  const old = await writerOf(subject)
  let hung = 0
  await underWrites(
    subject,
    'the host of the writer hangs, and is switched off',
    async () => {
      hung = Date.now() / 1000
      await freeze(old, lab.options)
      await taken(both)
      expect(await writerOf(subject)).not.toBe(old)
      await start(old, lab.options)
      await comeBack(subject, old)
    },
    (writes) => `${servedAfter(hung, writes)}, ${gap(writes)}`,
  )
  expect(begun(both)).toBe(1)
  await endAll(both)
})

test('one alone, with the store in the site’s folder: not before the old writer is certain to be off', async () => {
  await isSafe(subject)
  delete process.env.DATABASE_URL
  const only = startObserver(subject.site, '--set', 'mysql.failover.fence=["false"]')
  expect((await only.says('observer', 'begun')).message).toContain('the only observer')
  await only.says('cluster', 'well')
  const old = await writerOf(subject)
  await underWrites(
    subject,
    'one observer, a switch that fails; then kill -9 of the writer',
    async () => {
      await freeze(old, lab.options)
      expect((await only.says('cluster', 'stood back')).message).toContain('false came to 1')
      await thaw(old, lab.options)
      await only.says('cluster', 'well')
      expect(await writerOf(subject)).toBe(old)
      await kill(old)
      await taken([only])
      await comeBack(subject, old)
    },
    gap,
  )
  expect(only.count('failed over')).toBe(1)
  await freeze(old, lab.options)
  await only.says(old, 'silent')
  await endAll([only])
  await thaw(old, lab.options)
})
