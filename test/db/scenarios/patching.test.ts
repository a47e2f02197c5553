import { describe, expect, test } from 'vitest'
import { does } from '../../lab/support/does.ts'
import { offer, type TestPackage } from '../../lab/support/repository.ts'
import { expectDone } from '../../lab/support/told.ts'
import { longestGap } from '../load/writes.ts'
import { noWriteFor, useCluster, writerOf } from '../support/cluster.ts'
import { isSafe, servers } from '../support/subject.ts'
import { underWrites } from '../support/under-writes.ts'

const tool = (version: string): TestPackage => ({ name: 'tool', version })

describe('MariaDB', () => {
  const cluster = useCluster('mariadb', 'trixie')

  test('all servers are upgraded and rebooted, replicas first, the writer after it has handed over', {
    timeout: 900_000,
  }, async () => {
    const { subject } = cluster
    await isSafe(subject)
    const onAll = (script: string) => Promise.all(servers.map((name) => does(subject.host(name), script)))
    await onAll(`${offer([tool('1')])}; apt-get -qq update && apt-get -qq -y install tool`)
    await onAll(offer([tool('2')]))
    const before = await onAll('cat /proc/sys/kernel/random/boot_id')
    const writer = await writerOf(subject)
    let waves: readonly string[] = []
    const writes = await underWrites(
      subject,
      'patch upgrades and reboots all three servers',
      async () => {
        const told = await subject.site.fettle(
          'patch',
          '--yes',
          '--json',
          '--reboot',
          'always',
          '--soak',
          '1s',
          '-l',
          'db',
        )
        expectDone(told)
        waves = told.events.flatMap((event) => (event.type === 'wave.started' ? event.hosts : []))
      },
      noWriteFor,
    )
    expect([...waves].sort()).toEqual([...servers])
    expect(waves.at(-1)).toBe(writer)
    expect(await onAll(`dpkg-query -W -f='\${Version}' tool`)).toEqual(['2', '2', '2'])
    expect((await onAll('cat /proc/sys/kernel/random/boot_id')).filter((boot) => before.includes(boot))).toEqual([])
    expect(await writerOf(subject)).not.toBe(writer)
    expect(longestGap(writes).seconds).toBeLessThan(10)
  })
})
