import { afterEach, expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { cut, cutOneWay, freeze, heal, type LabOptions, thaw } from '../../../engine/lab/index.ts'
import { sql } from '../../lab/database/support.ts'
import { isAll } from '../../lab/support/extent.ts'
import type { Writes } from '../load/writes.ts'
import {
  comeBack,
  noWriteFor,
  now,
  othersOf,
  servingAfter,
  useCluster,
  writerOf,
  writesDirectly,
} from '../support/cluster.ts'
import { isSafe, type Subject } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

type Sever = (writer: string, other: string, options: LabOptions) => Promise<void>

const ways: readonly (readonly [string, Sever])[] = [
  ['in both directions', cut],
  ['from the writer', cutOneWay],
  ['to the writer', (writer, other, options) => cutOneWay(other, writer, options)],
]

/** A failover by which the old writer is out of the way, as soon as nobody hears that one any more; when it was ordered. */
const failOver = async (subject: Subject, ...words: readonly string[]): Promise<number> => {
  let ordered = 0
  const order = async () => {
    ordered = now()
    return (await subject.db('failover', ...words, '--yes')).exit
  }
  await expect.poll(order, { timeout: 120_000, interval: 500 }).toBe(3)
  return ordered
}

const served = (writes: Writes, ordered: number, since: number): string =>
  [
    `serving ${servingAfter(writes, ordered)} after the command that was taken`,
    `${servingAfter(writes, since + 1)} after the cut`,
    noWriteFor(writes),
  ].join(', ')

export const networkCut = (flavor: Flavor, release: string): void => {
  const cluster = useCluster(flavor, release)

  afterEach(() => heal(cluster.lab.options))

  test.each(isAll ? ways : ways.slice(0, 2))(
    'the writer is cut off %s, but from the controller',
    { timeout: 600_000 },
    async (way, sever) => {
      const { subject, lab } = cluster
      await isSafe(subject)
      const old = await writerOf(subject)
      const others = await othersOf(subject)
      let since = 0
      let ordered = 0
      let stopped = ''
      let cameBack = ''
      await underWrites(
        subject,
        `network cut ${way}, failover`,
        async () => {
          since = now()
          for (const end of ['lb1', 'app1', ...others]) await sever(old, end, lab.options)
          ordered = await failOver(subject)
          stopped = (await subject.host(old).sh(`systemctl is-active ${flavor}`)).stdout.trim()
          await heal(lab.options)
          cameBack = await comeBack(subject, old)
        },
        (writes) => `${served(writes, ordered, since)}; ${cameBack}`,
      )
      expect(stopped).not.toBe('active')
    },
  )

  test('the writer is cut off from everybody, frozen by an operator, and comes back open', {
    timeout: 600_000,
  }, async () => {
    const { subject, lab } = cluster
    await isSafe(subject)
    const old = await writerOf(subject)
    const others = await othersOf(subject)
    let since = 0
    let ordered = 0
    let frozen = Number.POSITIVE_INFINITY
    let cameBack = ''
    const answers: string[] = []
    await underWrites(
      subject,
      'cut off from the controller as well, frozen, failover --fenced, healed and thawed',
      async () => {
        since = now()
        for (const end of ['lb1', 'app1', 'controller', ...others]) await cut(old, end, lab.options)
        const unsaid = async () => (await subject.db('failover', '--yes')).stderr
        await expect.poll(unsaid, { timeout: 180_000 }).toContain(`nobody can come in to ${old}`)
        await freeze(old, lab.options)
        frozen = now()
        try {
          ordered = await failOver(subject, '--fenced')
        } finally {
          await heal(lab.options)
          await thaw(old, lab.options)
        }
        expect(await sql(subject.host(old), flavor, 'SELECT @@read_only;')).toBe('0')
        for (let tries = 3; tries > 0; tries--) answers.push(await writesDirectly(subject, old))
        const resumed = await subject.db('resume', '--yes')
        expect(resumed.exit, resumed.stderr).not.toBe(1)
        expect(await sql(subject.host(old), flavor, 'SELECT @@read_only;')).toBe('1')
        cameBack = await comeBack(subject, old)
      },
      (writes, open) => {
        const byItself = open
          .filter(({ host, from }) => host === old && from > frozen)
          .reduce((sum, { from, until }) => sum + until - from, 0)
        return [
          served(writes, ordered, since),
          `open by its own account for ${byItself.toFixed(1)} s after the thaw`,
          `3 direct writes to it answered ${[...new Set(answers)].join(', ')}`,
          cameBack,
        ].join('; ')
      },
      ({ host, from }) => host === old && from > frozen,
    )
    expect(answers).not.toContain('acknowledged')
  })
}
