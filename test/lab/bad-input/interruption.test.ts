import { spawn } from 'node:child_process'
import { beforeEach, describe, expect, test } from 'vitest'
import { openSession, plain } from '../../cli/support/pty.ts'
import { program, surroundings } from '../../cli/support/run.ts'
import { makeSite } from '../../cli/support/site.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, stateOf, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1', 'web2'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

const interrupt = '\u0003'
const slow = 'touch /run/begun; sleep 30; touch /etc/done'

const siteWith = (settings: object) =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')), web2: wayTo(lab.host('web2')) }),
    'site.yml': JSON.stringify({ name: 'bad', groups: { notes: { notes: settings } } }),
  })

beforeEach(async () => {
  const clean = 'rm -rf /etc/note /etc/done /run/begun /var/lib/fettle; umount /etc/hostname 2>/dev/null'
  await Promise.all(['web1', 'web2'].map((name) => lab.host(name).sh(clean)))
})

const begun = async () => (await lab.host('web1').sh('[ -e /run/begun ]')).exit

describe('Ctrl-C', () => {
  test('while hosts are being looked at: nothing was done', async () => {
    const before = await stateOf(lab.host('web1'))
    // A question that takes its time is one that a plan asks as well.
    const role = notes['roles/notes/index.ts'].replace("creates: '/etc/done'", "unless: 'touch /run/begun; sleep 30'")
    const site = siteWith({ runs: 'true' })
    site.write({ 'roles/notes/index.ts': role })
    const session = openSession(site.folder, ['plan'])
    await expect.poll(begun, { timeout: 60_000 }).toBe(0)
    session.type(interrupt)
    const { exit, said } = await session.ended
    expect(exit).toBe(130)
    expect(plain(said)).toMatch(/^2 hosts: 2 cancelled, /m)
    expect(plain(said)).toMatch(/^sane$/m)
    expect(await sh('pgrep -fx "sleep 30"')).toBe('')
    expect(await stateOf(lab.host('web1'))).toBe(before)
  })

  test('at the question: nothing was done, and the terminal is as it was', async () => {
    const before = await stateOf(lab.host('web1'))
    const session = openSession(siteWith({}).folder, ['provision'])
    await expect.poll(() => plain(session.said()), { timeout: 60_000 }).toContain('Do this on lab?')
    session.type(interrupt)
    const { exit, said } = await session.ended
    expect(exit).toBe(130)
    expect(plain(said)).toContain('error[cancelled]: interrupted before anything was changed')
    expect(plain(said)).toMatch(/^sane$/m)
    expect(said.lastIndexOf('\u001b[?25h')).toBeGreaterThan(said.lastIndexOf('\u001b[?25l'))
    expect(await stateOf(lab.host('web1'))).toBe(before)
  })

  test('in the middle of a step: it is ended and named, and the next run converges', async () => {
    const site = siteWith({ runs: slow })
    const session = openSession(site.folder, ['provision', '--yes'])
    await expect.poll(begun, { timeout: 60_000 }).toBe(0)
    session.type(interrupt)
    const { exit, said } = await session.ended
    expect(exit).toBe(130)
    expect(plain(said)).toContain('interrupted: ending what runs; Ctrl-C again leaves at once')
    expect(plain(said)).toMatch(/^error\[cancelled\] on web1: a command on operator@\S+ was cancelled$/m)
    expect(plain(said)).toMatch(/^ {2}step take its time \(command:take its time\)$/m)
    expect(plain(said)).toContain('hint: the command may have run, in whole or in part')
    expect(plain(said)).toMatch(/^2 hosts: 2 cancelled, /m)
    expect(plain(said)).toMatch(/^sane$/m)
    expect(await sh('pgrep -fx "sleep 30"; ls /etc/done 2>&1')).toMatch(/^ls: /)
    site.write({
      'site.yml': JSON.stringify({ name: 'bad', groups: { notes: { notes: { runs: 'touch /etc/done' } } } }),
    })
    expect((await site.fettle('provision', '--yes', '--limit', '@last-failed')).exit).toBe(0)
    expect((await site.fettle('plan')).exit).toBe(0)
    expect(await sh('cat /etc/note; ls /etc/done')).toBe('For web1: none\n/etc/done\n')
  })

  test('twice: Fettle leaves at once', async () => {
    const site = siteWith({ runs: `trap '' TERM; ${slow}` })
    const child = spawn(process.execPath, [program, 'provision', '--yes'], {
      cwd: site.folder,
      env: surroundings(site.folder),
    })
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
    await expect.poll(begun, { timeout: 60_000 }).toBe(0)
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
    })
    child.kill('SIGINT')
    await expect.poll(() => said, { interval: 10 }).toContain('Ctrl-C again leaves at once')
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: null, signal: 'SIGINT' })
    await sh('pkill -KILL -fx "sleep 30"')
    await lab.host('web2').sh('pkill -KILL -fx "sleep 30"')
  })

  test('for a command on many hosts ends it everywhere', async () => {
    const session = openSession(siteWith({}).folder, ['exec', '--', slow])
    await expect.poll(begun, { timeout: 60_000 }).toBe(0)
    session.type(interrupt)
    expect((await session.ended).exit).toBe(130)
    expect(await sh('pgrep -fx "sleep 30"')).toBe('')
  })
})

test('SIGTERM ends a run as Ctrl-C does', async () => {
  const site = siteWith({ runs: slow })
  const child = spawn(process.execPath, [program, 'provision', '--yes'], {
    cwd: site.folder,
    env: surroundings(site.folder),
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await expect.poll(begun, { timeout: 60_000 }).toBe(0)
  child.kill('SIGTERM')
  expect(await ended).toBe(130)
  expect(await sh('pgrep -fx "sleep 30"')).toBe('')
})
