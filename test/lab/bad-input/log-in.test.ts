import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { openSession, plain } from '../../cli/support/pty.ts'
import type { Options } from '../../cli/support/run.ts'
import { makeSite } from '../../cli/support/site.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, stateOf, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const web1 = () => lab.host('web1')
const keys = makeSite({})
let before = ''

/** Who must type a password for sudo, who may not use it, and how often each was let in. */
const people = `
for name in typist guest; do
  useradd -m -s /bin/bash "$name" && echo "$name:right" | chpasswd
  mkdir -p "/home/$name/.ssh" && cp ~operator/.ssh/authorized_keys "/home/$name/.ssh/"
  chown -R "$name:" "/home/$name/.ssh"
done
echo 'typist ALL=(ALL) ALL' >/etc/sudoers.d/typist
chmod 0440 /etc/sudoers.d/typist`

beforeAll(async () => {
  expect(await web1().sh(people)).toEqual({ exit: 0, stdout: '', stderr: '' })
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys.folder, 'stranger')])
  before = await stateOf(web1())
})

/** A provision that is not let in, and leaves the host as it was. */
const refused = async (way: Readonly<Record<string, unknown>>, args: readonly string[] = [], options: Options = {}) => {
  const site = makeSite({ ...notes, 'inventory/lab.yml': inventoryOf({ web1: wayTo(web1(), way) }) })
  const { exit, stdout } = await site.fettleWith(options, 'provision', '--yes', ...args)
  expect(exit).toBe(4)
  expect(stdout).toContain('1 host: 1 unreachable (web1)')
  expect(stdout).toContain('Try these again: fettle provision --yes')
  expect(await stateOf(web1())).toBe(before)
  return problemsIn(stdout)
}

/** How often the host's journal says it; sudo writes down this very question too. */
const logged = async (pattern: string): Promise<number> => {
  const { stdout } = await web1().sh(
    `journalctl --sync; journalctl -q -b --no-pager | grep -v journalctl | grep -c -- '${pattern}'`,
  )
  return Number(stdout)
}

describe('the key of a host', () => {
  const knownHosts = (content: string): string => {
    keys.write({ known_hosts: content })
    return join(keys.folder, 'known_hosts')
  }

  test('that is not known', async () => {
    const tried = await logged('Accepted publickey')
    expect(await refused({ fettle_known_hosts: [knownHosts('')] })).toEqual([
      {
        code: 'host.key.unknown',
        host: 'web1',
        message: expect.stringMatching(new RegExp(`operator@${web1().address}:22 is not known: ssh-ed25519 SHA256:`)),
        hint: expect.stringMatching(/^compare it with the host's own .* add to \S+known_hosts:\n\S+ ssh-ed25519 AAAA/),
      },
    ])
    // The tests log in as well: to look at the host, and at its journal.
    expect((await logged('Accepted publickey')) - tried).toBe(2)
  })

  test('that has changed', async () => {
    const tried = await logged('Accepted publickey')
    const stranger = readFileSync(join(keys.folder, 'stranger.pub'), 'utf8')
    const [problem] = await refused({ fettle_known_hosts: [knownHosts(`${web1().address} ${stranger}`)] })
    expect(problem).toMatchObject({ code: 'host.key.changed', host: 'web1' })
    expect(problem?.message).toContain(web1().address)
    expect(problem?.hint).toContain('known_hosts')
    // What looks at the host and at its journal logs in as well, and nobody else did.
    expect((await logged('Accepted publickey')) - tried).toBe(2)
    report({
      row: 35,
      injected: 'another host key than the known one',
      expected: 'stopped before anything was said',
      measured: { seen: `no attempt to log in in the journal of sshd; the host as it was` },
    })
  })
})

describe('a log-in', () => {
  test('with a key that the host does not accept', async () => {
    const [problem] = await refused({ ansible_ssh_private_key_file: join(keys.folder, 'stranger') })
    expect(problem).toMatchObject({ code: 'auth.refused', host: 'web1' })
    expect(problem?.message).toContain('operator@')
  })

  test('with a key that is not there', async () => {
    const [problem] = await refused({ ansible_ssh_private_key_file: join(keys.folder, 'nobody') })
    expect(problem).toMatchObject({ code: 'auth.key', host: 'web1', message: expect.stringContaining('no such file') })
  })
})

describe('a key with a passphrase', () => {
  const site = () => {
    const way = wayTo(web1(), { ansible_ssh_private_key_file: join(keys.folder, 'locked') })
    return makeSite({ ...notes, 'inventory/lab.yml': inventoryOf({ web1: way }) })
  }

  beforeAll(async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'open sesame', '-f', join(keys.folder, 'locked')])
    const line = readFileSync(join(keys.folder, 'locked.pub'), 'utf8')
    await web1().sh(`echo '${line.trim()}' >>~operator/.ssh/authorized_keys`)
    before = await stateOf(web1())
  })

  test.each([
    ['open sesame\r', 2, 'Plan: 1 host to change, 1 change'],
    ['wrong\r', 4, 'error[auth.key] on web1: '],
    ['\u0003', 130, 'error[cancelled] on web1: interrupted before anything was changed'],
  ])('asks for it in a terminal; to the answer %j it says %i', async (keys, status, words) => {
    const session = openSession(site().folder, ['plan'], { columns: 150, rows: 30 })
    await expect.poll(() => plain(session.said()), { timeout: 60_000 }).toContain('passphrase of ')
    session.type(keys)
    const { exit, said } = await session.ended
    expect({ exit, said: plain(said) }).toEqual({ exit: status, said: expect.stringContaining(words) })
    expect(said).not.toContain(keys.trim())
  })

  test('is not usable where nobody can be asked', async () => {
    const [problem] = await refused({ ansible_ssh_private_key_file: join(keys.folder, 'locked') })
    expect(problem).toMatchObject({
      code: 'auth.key',
      message: expect.stringContaining('it needs a passphrase'),
      hint: `ssh-add ${join(keys.folder, 'locked')}`,
    })
  })
})

describe('sudo', () => {
  test('with a wrong password is tried once', async () => {
    const [problem] = await refused({ ansible_user: 'typist' }, ['-K'], { input: 'wrong\n' })
    expect(problem).toMatchObject({
      code: 'become.password',
      host: 'web1',
      message: expect.stringContaining('refused the password'),
      hint: 'it was tried once only, so that the account is not locked',
    })
    const failures = () => logged('pam_unix(sudo:auth): authentication failure')
    await expect.poll(failures, { timeout: 60_000 }).toBe(1)
    expect(await logged('conversation failed\\|incorrect password attempts')).toBe(0)
    report({
      row: 36,
      injected: 'a wrong password for sudo',
      expected: 'one attempt, no lock-out',
      measured: { seen: 'one failure in the journal; the right one was taken afterwards' },
    })
  })

  test('that wants a password which nobody was asked for', async () => {
    const [problem] = await refused({ ansible_user: 'typist' })
    expect(problem).toMatchObject({
      code: 'become.refused',
      host: 'web1',
      detail: expect.stringContaining('a password is required'),
      hint: expect.stringContaining('-K'),
    })
  })

  test('that the user may not use', async () => {
    const [problem] = await refused({ ansible_user: 'guest' }, ['-K'], { input: 'right\n' })
    expect(problem).toMatchObject({ code: 'become.refused', host: 'web1' })
    expect(problem?.detail).toMatch(/not in the sudoers file|may not run sudo/)
  })

  test('with the right password from standard input goes on', async () => {
    const inventory = inventoryOf({ web1: wayTo(web1(), { ansible_user: 'typist' }) })
    const site = makeSite({ ...notes, 'inventory/lab.yml': inventory })
    const { exit, stdout } = await site.fettleWith({ input: 'right\n' }, 'provision', '--yes', '-K')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('1 host: 1 changed') })
    expect((await web1().sh('cat /etc/note')).stdout).toBe('For web1: hello\n')
  })

  test('whose password is expected, but standard input is empty', async () => {
    const site = makeSite({ ...notes, 'inventory/lab.yml': inventoryOf({ web1: wayTo(web1()) }) })
    const { exit, stdout, stderr } = await site.fettle('provision', '--yes', '-K')
    expect({ exit, stdout, problems: problemsIn(stderr) }).toEqual({
      exit: 64,
      stdout: '',
      problems: [
        {
          code: 'usage',
          message: 'the sudo password was expected on standard input',
          hint: 'without a terminal it is read from there, one line for each password',
        },
      ],
    })
  })
})
