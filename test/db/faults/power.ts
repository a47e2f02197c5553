import { expect, test } from 'vitest'
import type { Flavor } from '../../../engine/core/database.ts'
import { powerOff, start } from '../../../engine/lab/index.ts'
import { sql } from '../../lab/database/support.ts'
import { comeBack, noWriteFor, now, servingAfter, useCluster, writerOf, writesDirectly } from '../support/cluster.ts'
import { isSafe } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

export const powerLost = (flavor: Flavor, release: string): void => {
  const cluster = useCluster(flavor, release)

  test('the host of the writer loses its power, and has it again', async () => {
    const { subject, lab } = cluster
    await isSafe(subject)
    const old = await writerOf(subject)
    let off = 0
    let ordered = 0
    let cameBack = ''
    await underWrites(
      subject,
      'power off of the writer, failover --fenced, power on',
      async () => {
        off = now()
        await powerOff(old, lab.options)
        const unsaid = async () => (await subject.db('failover', '--yes')).stderr
        await expect.poll(unsaid, { timeout: 120_000 }).toContain(`nobody can come in to ${old}`)
        ordered = now()
        const { exit, stdout, stderr } = await subject.db('failover', '--fenced', '--yes')
        expect({ exit, said: exit === 3 ? '' : stdout + stderr }).toEqual({ exit: 3, said: '' })
        await start(old, lab.options)
        await expect
          .poll(() => sql(subject.host(old), flavor, 'SELECT @@read_only;').catch(() => 'down'), { timeout: 60_000 })
          .toBe('1')
        expect(await writesDirectly(subject, old)).toBe('error 1290')
        cameBack = await comeBack(subject, old)
      },
      (writes) =>
        [
          `serving ${servingAfter(writes, ordered)} after the command`,
          `${servingAfter(writes, off + 1)} after the power went`,
          `${noWriteFor(writes)}; ${cameBack}`,
        ].join(', '),
    )
  })
}
