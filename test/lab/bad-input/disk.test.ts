import { beforeEach, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { makeSite } from '../../cli/support/site.ts'
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
  })

  test('where Fettle remembers what it does: nothing is done that it could not remember', async () => {
    await sh('mount -t tmpfs -o size=4k tmpfs /var/lib/fettle; head -c 4096 /dev/zero >/var/lib/fettle/ballast')
    const site = siteWith('/etc/note')
    const { exit, stdout } = await site.fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stdout) }).toMatchObject({
      exit: 3,
      problems: [
        {
          code: 'step.failed',
          host: 'web1',
          detail: expect.stringContaining('could not be recorded in /var/lib/fettle/manifest'),
        },
      ],
    })
    expect(await sh('ls /etc/note 2>&1')).toContain('No such file')
    await sh('rm /var/lib/fettle/ballast')
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    expect((await site.fettle('plan')).exit).toBe(0)
  })
})
