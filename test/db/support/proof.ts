import { describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { sql, words } from '../../lab/database/support.ts'
import { isSample } from '../../lab/support/extent.ts'
import { longestGap } from '../load/writes.ts'
import { comeBack, killServer, noWriteFor, now, othersOf, servingAfter, useCluster, writerOf } from './cluster.ts'
import { does, isSafe } from './subject.ts'
import { underWrites } from './under-writes.ts'

/** What is promised of a cluster, tried under writes. */
export const proof = (flavor: Flavor, release: string): void => {
  const cluster = useCluster(flavor, release)

  test('switchovers under writes', async () => {
    const { subject } = cluster
    const gaps: number[] = []
    for (const round of isSample ? [1] : [1, 2, 3, 4, 5]) {
      await isSafe(subject)
      const writes = await underWrites(subject, `switchover ${round}`, () => does(subject, 'switchover'), noWriteFor)
      gaps.push(longestGap(writes).seconds)
    }
    const median = [...gaps].sort((one, other) => one - other)[Math.floor(gaps.length / 2)]
    process.stderr.write(
      `  ${flavor}: no write for ${median?.toFixed(2)} s in the median of ${gaps.length} switchovers\n`,
    )
  })

  describe('the writer is killed', () => {
    test('a replica takes over, with all that was acknowledged', async () => {
      const { subject } = cluster
      await isSafe(subject)
      const old = await writerOf(subject)
      let ordered = 0
      let cameBack = ''
      await underWrites(
        subject,
        'kill -9 of the writer, failover',
        async () => {
          await killServer(subject, old)
          ordered = now()
          expect((await subject.db('failover', '--yes')).exit).toBe(3)
          cameBack = await comeBack(subject, old)
        },
        (writes) => `serving ${servingAfter(writes, ordered)} after the command, ${noWriteFor(writes)}; ${cameBack}`,
      )
    })

    test('that one, come back, takes no writes until it follows', async () => {
      const { subject } = cluster
      await isSafe(subject)
      const [next = ''] = await othersOf(subject)
      await subject.host(next).sh(`systemctl restart ${flavor}`)
      expect(await sql(subject.host(next), flavor, 'SELECT @@read_only;')).toBe('1')
      await does(subject, 'resume')
    })
  })

  test('two operators: one of them is told', async () => {
    const { subject } = cluster
    await isSafe(subject)
    const elsewhere = await subject.site.elsewhere()
    const [to = ''] = await othersOf(subject)
    await underWrites(
      subject,
      'two switchovers at once',
      async () => {
        const both = await Promise.all([
          subject.db('switchover', '--to', to, '--yes'),
          elsewhere.fettle('db', 'switchover', '--to', to, '--yes'),
        ])
        const exits = both.map(({ exit }) => exit).sort()
        expect(exits, both.map(({ stderr }) => stderr).join('\n')).toEqual([0, 1])
        expect(both.find(({ exit }) => exit === 1)?.stderr).toMatch(/lease\.held|database\.refused/)
      },
      noWriteFor,
    )
  })

  test.skipIf(isSample)('Fettle is killed in the middle of a switchover', async () => {
    const { subject } = cluster
    for (const pattern of [/^close/, /^note that/]) {
      await isSafe(subject)
      await underWrites(
        subject,
        `kill -9 of Fettle after ${pattern.source}, resume`,
        async () => {
          const run = subject.site.start(['db', 'switchover', '--yes', '--json'], (event) => {
            if (event.type === 'step.done' && pattern.test(event.title)) run.kill()
          })
          await run.told
          await does(subject, 'resume')
        },
        noWriteFor,
      )
    }
  })

  test('a broken replica, or one with transactions of its own, is not promoted', async () => {
    const { subject } = cluster
    await isSafe(subject)
    const [one = '', other = ''] = await othersOf(subject)
    await sql(subject.host(one), flavor, flavor === 'mariadb' ? 'STOP SLAVE SQL_THREAD;' : 'STOP REPLICA SQL_THREAD;')
    const broken = await subject.db('switchover', '--to', one, '--yes')
    expect([broken.exit, broken.stderr]).toEqual([1, expect.stringContaining(`${one} does not apply`)])
    await does(subject, 'resume')
    await sql(subject.host(other), flavor, `${words[flavor].open} CREATE DATABASE astray; SET GLOBAL read_only = 1;`)
    const errant = await subject.db('switchover', '--to', other, '--yes')
    expect([errant.exit, errant.stderr]).toEqual([1, expect.stringContaining(`${other} has transactions that`)])
    const refused = await subject.db('rejoin', other, '--yes')
    expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining('fettle db reseed')])
  })

  test.skipIf(isSample)('it is seeded anew, and can be promoted then', async () => {
    const { subject } = cluster
    const [, other = ''] = await othersOf(subject)
    await underWrites(subject, 'seeding a replica anew', () => does(subject, 'reseed', other), noWriteFor)
    await isSafe(subject)
    const handOver = () => does(subject, 'switchover', '--to', other)
    await underWrites(subject, 'switchover to the one that was seeded anew', handOver, noWriteFor)
  })
}
