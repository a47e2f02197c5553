import { beforeAll, describe, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { sql, words } from '../../lab/database/support.ts'
import { usePracticeHosts } from '../../lab/harness.ts'
import { isAll, isSample } from '../../lab/support/extent.ts'
import { longestGap, type Writes } from '../load/writes.ts'
import { does, isSafe, type Subject, servers, underWrites, useSubject } from './subject.ts'

const noWriteFor = (writes: Writes): string => `no write for ${longestGap(writes).seconds.toFixed(2)} s`

/** What the old writer had written and nobody had received when it was killed is there when it is back: then it needs a copy. */
const comeBack = async (subject: Subject, name: string): Promise<string> => {
  const { exit, stderr } = await subject.db('rejoin', name, '--yes')
  if (exit === 0) return 'rejoined'
  expect(stderr).toContain(`${name} has transactions that`)
  await does(subject, 'reseed', name)
  return 'reseeded'
}

/** What is promised of a cluster, tried under writes. */
export const proof = (flavor: Flavor, release: string): void => {
  const lab = usePracticeHosts(['lb1', 'app1', ...servers.map((name) => ({ name, release }))])
  let subject: Subject
  const writer = async (): Promise<string> => {
    const { stdout } = await subject.db('status', '--json')
    return (JSON.parse(stdout) as { readonly writer: string }).writer
  }
  const others = async (): Promise<string[]> => {
    const current = await writer()
    return servers.filter((name) => name !== current)
  }

  beforeAll(async () => {
    subject = await useSubject(lab, flavor)
  }, 900_000)

  test('switchovers under writes', async () => {
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
      await isSafe(subject)
      const old = await writer()
      let ordered = 0
      let cameBack = ''
      await underWrites(
        subject,
        'kill -9 of the writer, failover',
        async () => {
          await subject.host(old).sh(`systemctl mask --runtime ${flavor}; systemctl kill --signal=KILL ${flavor}`)
          ordered = Date.now() / 1000
          expect((await subject.db('failover', '--yes')).exit).toBe(3)
          cameBack = await comeBack(subject, old)
        },
        (writes) => {
          const served = writes.acknowledged.find(({ began }) => began > ordered)?.ended ?? Number.POSITIVE_INFINITY
          return `serving ${(served - ordered).toFixed(2)} s after the command, ${noWriteFor(writes)}; ${cameBack}`
        },
      )
    })

    test('that one, come back, takes no writes until it follows', async () => {
      await isSafe(subject)
      const [next = ''] = await others()
      await subject.host(next).sh(`systemctl restart ${flavor}`)
      expect(await sql(subject.host(next), flavor, 'SELECT @@read_only;')).toBe('1')
      await does(subject, 'resume')
    })
  })

  test('two operators: one of them is told', async () => {
    await isSafe(subject)
    const elsewhere = await subject.site.elsewhere()
    const [to = ''] = await others()
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

  test('Fettle is killed in the middle of a switchover', async () => {
    const titles = isAll
      ? [/./, /^close/, /^wait until/, /^note that/, /^open/, /^start|^follow|^have/]
      : [/^close/, /^note that/]
    for (const pattern of titles) {
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
    await isSafe(subject)
    const [one = '', other = ''] = await others()
    await sql(subject.host(one), flavor, flavor === 'mariadb' ? 'STOP SLAVE SQL_THREAD;' : 'STOP REPLICA SQL_THREAD;')
    const broken = await subject.db('switchover', '--to', one, '--yes')
    expect([broken.exit, broken.stderr]).toEqual([1, expect.stringContaining(`${one} does not apply`)])
    await does(subject, 'resume')
    await sql(subject.host(other), flavor, `${words[flavor].open} CREATE DATABASE astray; SET GLOBAL read_only = 1;`)
    const errant = await subject.db('switchover', '--to', other, '--yes')
    expect([errant.exit, errant.stderr]).toEqual([1, expect.stringContaining(`${other} has transactions that`)])
    const refused = await subject.db('rejoin', other, '--yes')
    expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining('fettle db reseed')])
    await underWrites(subject, 'seeding a replica anew', () => does(subject, 'reseed', other), noWriteFor)
  })
}
