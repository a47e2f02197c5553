import { beforeEach, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { makeSite } from '../../cli/support/site.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

const siteWith = (path: string, text = 'hello') =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')) }),
    'site.yml': JSON.stringify({ name: 'bad', groups: { notes: { notes: { path, text } } } }),
  })

beforeEach(async () => {
  await sh(
    'umount /srv/small /var/lib/fettle; rm -rf /srv/small /var/lib/fettle /etc/note; mkdir -p /srv/small /var/lib/fettle',
  )
})

/** What is left to do. */
const changesOf = async (site: ReturnType<typeof siteWith>): Promise<number> => {
  const { exit } = await site.fettle('plan')
  expect(exit).toBe(0)
  return exit ?? 1
}

const old = 'the old one, byte for byte\n'
const large = 'x'.repeat(300_000)

describe('a disk that is full', () => {
  test('where a file goes: the old one stays as it is, and nothing is left beside it', async () => {
    await sh(
      `mount -t tmpfs -o size=128k tmpfs /srv/small; printf '%s' '${old}' >/srv/small/note; chmod 0640 /srv/small/note`,
    )
    const look = () => sh('cat /srv/small/note; stat -c "%a %U %i %Y" /srv/small/note; ls -A /srv/small')
    const before = await look()
    const site = siteWith('/srv/small/note', large)
    const { exit, stdout } = await site.fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stdout) }).toEqual({
      exit: 3,
      problems: [
        {
          code: 'step.failed',
          host: 'web1',
          message: expect.stringMatching(/^write \/srv\/small\/note failed with exit status \d+$/),
          detail: expect.stringContaining('the disk took only a part of /srv/small/note'),
          hint: 'mend the cause and run again: what is done is not done twice',
        },
      ],
    })
    expect(await look()).toBe(before)
    await sh('mount -o remount,size=4m /srv/small')
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    expect(await sh('tail -c 5 /srv/small/note; ls -A /srv/small')).toBe('xxxx\nnote\n')
    report({
      row: 8,
      injected: 'no space left where a configuration is written',
      expected: 'the old file byte-identical',
      measured: { S: await changesOf(site), seen: 'same bytes, inode, mode and time; written when there was space' },
    })
  })

  test('where Fettle remembers what it does: nothing is done that it could not remember', async () => {
    await sh('mount -t tmpfs -o size=256k tmpfs /var/lib/fettle; head -c 262144 /dev/zero >/var/lib/fettle/ballast')
    const site = siteWith('/etc/note')
    const { exit, stdout } = await site.fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stdout) }).toMatchObject({
      exit: 3,
      problems: [
        {
          code: 'step.failed',
          host: 'web1',
          detail: expect.stringContaining('I/O error'),
        },
      ],
    })
    expect(await sh('ls /etc/note 2>&1')).toContain('No such file')
    await sh('rm /var/lib/fettle/ballast')
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    report({
      row: 7,
      injected: 'no space left where Fettle records what it is about to do',
      expected: 'nothing is done that could not be recorded',
      measured: { S: await changesOf(site), seen: 'not placed; placed when there was space' },
    })
  })

  test('of names rather than bytes: the old one stays as it is', async () => {
    await sh(`mount -t tmpfs -o nr_inodes=2 tmpfs /srv/small; printf '%s' '${old}' >/srv/small/note`)
    const look = () => sh('cat /srv/small/note; stat -c "%a %U %i %Y" /srv/small/note; ls -A /srv/small')
    const before = await look()
    const site = siteWith('/srv/small/note')
    const { exit, stdout } = await site.fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stdout) }).toMatchObject({ exit: 3, problems: [{ code: 'step.failed' }] })
    expect(await look()).toBe(before)
    await sh('mount -o remount,nr_inodes=20 /srv/small')
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    report({
      row: 7,
      injected: 'no inode left where a configuration is written',
      expected: 'the old file byte-identical',
      measured: { S: await changesOf(site), seen: 'same bytes, inode, mode and time; written when there were inodes' },
    })
  })
})
