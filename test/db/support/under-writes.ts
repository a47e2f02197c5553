import { expect } from 'vitest'
import { sql } from '../../lab/database/support.ts'
import { startWrites, type Writes } from '../load/writes.ts'
import { checksum } from '../witness/checksum.ts'
import { type Open, twoWriters, watchOpenness } from '../witness/openness.ts'
import { othersOf, writerOf } from './cluster.ts'
import { report } from './report.ts'
import { hasChecksum, type Subject, servers } from './subject.ts'

/** What is there of orders, by all servers. */
const stored = async ({ host, flavor }: Subject, name: string): Promise<string> =>
  sql(host(name), flavor, 'SELECT CONCAT(n, " ", id) FROM shop.orders ORDER BY n;')

/**
 * Writes through all of some work; in the end nothing is lost or there twice, and all servers have the same. What is known
 * to be open while somebody else is, and is tried in other ways, is no second writer.
 */
export const underWrites = async (
  subject: Subject,
  scenario: string | (() => string),
  work: () => Promise<unknown>,
  inWords: (writes: Writes, open: readonly Open[]) => string,
  isKnown: (open: Open) => boolean = () => false,
): Promise<Writes> => {
  const watching = await watchOpenness(servers.map(subject.host))
  const running = await startWrites(subject.host('app1'), subject.host('lb1'))
  const failed = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  )
  const writes = await running.stop()
  const open = await watching.stop()
  if (failed) throw failed.error
  const versions = async () => new Set(await Promise.all(servers.map((name) => stored(subject, name)))).size
  await expect.poll(versions, { timeout: 60_000, interval: 500 }).toBe(1)
  expect(open.length).toBeGreaterThan(0)
  await compareSums(subject)
  const ids = (await stored(subject, 'db1')).split('\n').map((line) => Number(line.split(' ')[1]))
  const there = new Set(ids)
  const lost = writes.acknowledged.filter(({ id }) => !there.has(id)).length
  const twice = ids.length - there.size
  const counts = {
    lost,
    twice,
    missing: writes.missing.length,
    writers: twoWriters(open.filter((each) => !isKnown(each))).length,
  }
  const server = `${subject.flavor} ${subject.version}`
  const told = { server, scenario: typeof scenario === 'string' ? scenario : scenario() }
  report({ ...told, writes: writes.acknowledged.length, ...counts, measured: inWords(writes, open) })
  expect(counts).toEqual({ lost: 0, twice: 0, missing: 0, writers: 0 })
  expect(writes.acknowledged.length).toBeGreaterThan(100)
  return writes
}

/** The same by a second witness, which compares only servers that follow. */
const compareSums = async (subject: Subject): Promise<void> => {
  if (!hasChecksum(subject.flavor)) return
  const replicas = (await othersOf(subject)).map(subject.host)
  const { rows, differing } = await checksum(subject.host('app1'), subject.host(await writerOf(subject)), replicas)
  expect(differing).toBe(0)
  expect(rows).toBeGreaterThan(100)
}
