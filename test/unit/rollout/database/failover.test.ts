import { describe, expect, test } from 'vitest'
import type { Cluster } from '../../../../engine/rollout/database/cluster.ts'
import { mostAdvanced, reasonsToWait } from '../../../../engine/rollout/database/failover.ts'
import type { Member } from '../../../../engine/rollout/database/member.ts'
import { lost, replica, silent, writer } from './members.ts'

const deaf = { receiver: 'connecting', trouble: "error connecting to master: Can't connect" } as const
const stopped = { receiver: 'stopped' } as const

describe('a writer is gone', () => {
  const cases: readonly [string, readonly Member[], readonly string[]][] = [
    ['where nobody hears it', [silent('db1'), replica('db2', {}, deaf)], []],
    ['where nobody can come in to it, and nobody hears it', [lost('db1'), replica('db2', {}, stopped)], []],
    ['where it answers us, and no replica can come to it', [writer('db1'), replica('db2', {}, deaf)], []],
    [
      'not where it answers us, and somebody has stopped replication',
      [writer('db1'), replica('db2', {}, deaf), replica('db3', {}, stopped)],
      ['db1 answers: fettle db switchover is for that'],
    ],
    ['not where a replica hears it', [lost('db1'), replica('db2'), replica('db3', {}, deaf)], ['db2 still hears db1']],
    ['not where there is nobody else', [silent('db1'), lost('db2')], ['there is no replica that answers']],
  ]
  test('not for somebody who cannot be asked', () =>
    expect(reasonsToWait([lost('db1'), replica('db2', {}, deaf), lost('db3')], 'db1', { to: 'db3' })).toEqual([
      'db3 is no replica that answers',
    ]))

  test.each(cases)('%s', (_, members, reasons) => expect(reasonsToWait(members, 'db1')).toEqual(reasons))
})

describe('who becomes the writer', () => {
  const cluster: Cluster = { name: 'main', primary: 'db1', hosts: [], balancers: [], emit: () => {} }
  const best = (...members: readonly Member[]) => mostAdvanced(cluster, [silent('db1'), ...members], 'db1')
  const has = (name: string, executed: string, received = executed) => replica(name, { executed }, { received })

  test('the one that has most', () => expect(best(has('db2', '0-1-204'), has('db3', '0-1-205'))).toBe('db3'))

  test('not one that has received more than it can apply, where another one has all of it', () =>
    expect(best(has('db2', '0-1-100', '0-1-205'), has('db3', '0-1-205'))).toBe('db3'))

  test.each<[string, readonly Member[]]>([
    ['each lacks what another one has', [has('db2', '0-1-205,0-2-7'), has('db3', '0-1-205,0-3-1')]],
    ['the one that has most cannot apply it', [has('db2', '0-1-100', '0-1-206'), has('db3', '0-1-205')]],
    ['nobody can apply what he has', [has('db2', '0-1-100', '0-1-205')]],
  ])('nobody where %s', (_, members) => expect(() => best(...members)).toThrow('lacks transactions'))
})
