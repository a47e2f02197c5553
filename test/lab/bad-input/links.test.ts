import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { makeSite } from '../../cli/support/site.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout
const asMallory = (script: string) => sh(`setpriv --reuid mallory --regid mallory --clear-groups sh -c '${script}'`)

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE0S0x0m2bU2K3rV7gqkQmVnq1wTtDkq3x0v3x0v3x0v mallory'

const siteWith = (roles: object) =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')) }),
    'site.yml': JSON.stringify({ name: 'bad', groups: { notes: roles } }),
  })

/** What links lead to, and must stay as it is. */
const victims = () =>
  sh('sha256sum /etc/shadow /etc/passwd; stat -c "%a %U %G %n" /etc/shadow /root /etc; ls -A /root /etc')

beforeAll(async () => {
  await sh('useradd -m -s /bin/bash mallory')
})

beforeEach(async () => {
  await sh(
    'find /tmp /var/tmp -user mallory -delete; rm -rf /home/mallory/* /home/mallory/.ssh /var/lib/fettle /etc/note',
  )
})

describe('links that a user has planted', () => {
  test('in /tmp lead nowhere: nothing is ever put there', async () => {
    await asMallory(
      'for name in fettle .fettle fettle-stage fettle.sh .fettle-tmp fettle-$(id -u) note .note manifest; do ln -s /etc/shadow /tmp/$name; ln -s /etc/shadow /var/tmp/$name; done',
    )
    const look = () => sh('ls -lA --time-style=full-iso /tmp /var/tmp')
    const [before, temporary] = [await victims(), await look()]
    expect((await siteWith({ notes: {} }).fettle('provision', '--yes')).exit).toBe(0)
    expect(await look()).toBe(temporary)
    await sh('rm /etc/note')
    expect(await victims()).toBe(before)
    report({
      row: 37,
      injected: 'links to /etc/shadow under likely names in /tmp and /var/tmp',
      expected: 'nothing is ever put there',
      measured: { seen: 'the sums, owners and modes of the victims are the same' },
    })
  })

  test.each([
    ['the directory of a file', 'ln -s /etc /home/mallory/drop', '/home/mallory/drop/note'],
    ['a directory above it', 'mkdir /home/mallory/a; ln -s /etc /home/mallory/a/b', '/home/mallory/a/b/note'],
  ])('as %s are not followed', async (what, plant, path) => {
    await asMallory(plant)
    const before = await victims()
    const { exit, stdout } = await siteWith({ notes: { path } }).fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stdout) }).toMatchObject({
      exit: 3,
      problems: [
        {
          code: 'step.failed',
          host: 'web1',
          detail: expect.stringContaining('is a symbolic link that root did not make'),
        },
      ],
    })
    expect(await victims()).toBe(before)
    report({
      row: 37,
      injected: `a link of a user's as ${what}`,
      expected: 'refused',
      measured: { seen: 'step.failed; the sums, owners and modes of the victims are the same' },
    })
  })

  test('as the file itself are replaced, not written through', async () => {
    await asMallory('ln -s /etc/shadow /home/mallory/note')
    const before = await victims()
    expect((await siteWith({ notes: { path: '/home/mallory/note' } }).fettle('provision', '--yes')).exit).toBe(0)
    expect(await victims()).toBe(before)
    expect(await sh('stat -c "%F %U" /home/mallory/note; cat /home/mallory/note')).toBe(
      'regular file root\nFor web1: none\n',
    )
  })

  const people = { base: { users: { mallory: { keys: [key] } }, packages: [], securityUpgrades: { enabled: false } } }

  test('as ~/.ssh are not followed', async () => {
    await asMallory('ln -s /root/.ssh /home/mallory/.ssh')
    await sh('mkdir -p /root/.ssh; chmod 0700 /root/.ssh; echo "# of root" >/root/.ssh/authorized_keys')
    const look = () =>
      sh('cat /root/.ssh/authorized_keys; stat -c "%a %U" /root/.ssh /root/.ssh/authorized_keys; ls -A /root/.ssh')
    const before = await look()
    const { exit, stdout } = await siteWith(people).fettle('provision', '--yes')
    expect(exit).toBe(3)
    expect(problemsIn(stdout)).toMatchObject([
      { code: 'step.failed', host: 'web1', detail: '/home/mallory/.ssh is a symbolic link, and stays one' },
    ])
    expect(await look()).toBe(before)
  })

  test('as ~/.ssh/authorized_keys show nobody what they lead to', async () => {
    await asMallory('mkdir -m 0700 /home/mallory/.ssh; ln -s /etc/shadow /home/mallory/.ssh/authorized_keys')
    const before = await victims()
    const { exit, stdout, stderr } = await siteWith(people).fettle('provision', '--yes', '-vv')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).not.toMatch(/^.*root:.*:\d+:/m)
    expect(await victims()).toBe(before)
    expect(await sh('stat -c "%F %U %a" ~mallory/.ssh/authorized_keys; cat ~mallory/.ssh/authorized_keys')).toBe(
      `regular file mallory 600\n# begin fettle\n${key}\n# end fettle\n`,
    )
  })
})
