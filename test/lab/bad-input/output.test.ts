import { execa } from 'execa'
import { beforeEach, describe, expect, test } from 'vitest'
import { openSession, plain } from '../../cli/support/pty.ts'
import { program, refuseStack, surroundings } from '../../cli/support/run.ts'
import { makeSite } from '../../cli/support/site.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

const site = () => makeSite({ ...notes, 'inventory/lab.yml': inventoryOf({ web1: wayTo(lab.host('web1')) }) })

beforeEach(async () => {
  await sh('rm -rf /etc/note /var/lib/fettle')
})

/** What comes out of a pipeline whose reader leaves after one line. */
const headOf = async (line: string) => {
  const { folder } = site()
  const script = `{ ${process.execPath} ${program} ${line}; echo "exit $?" >&2; } | head -n 1`
  const { stdout, stderr } = await execa('sh', ['-c', script], {
    cwd: folder,
    env: surroundings(folder),
    extendEnv: false,
    reject: false,
  })
  refuseStack(stdout + stderr)
  return { stdout, stderr }
}

describe('a reader that leaves early', () => {
  test.each([
    ['plan', 'lab: 1 host', 'exit 2'],
    ['plan --json', '{"type":"version","format":"1.3"}', 'exit 2'],
    ['exec -- seq 100000', '== web1', 'exit 0'],
    ['facts web1', expect.stringMatching(/^system /), 'exit 0'],
    ['inventory --list', '{', 'exit 0'],
    ['roles --markdown', '# Roles', 'exit 0'],
  ])('of fettle %s is no error', async (line, stdout, said) => {
    const answer = await headOf(line)
    expect(answer.stdout).toEqual(stdout)
    expect(answer.stderr.split('\n').at(-1)).toBe(said)
    if (!line.includes('--json')) expect(answer.stderr).toBe(said)
  })

  test.each(['provision --yes', 'provision --yes --json'])('of fettle %s does not end the run', async (line) => {
    expect((await headOf(line)).stderr).toContain('exit 0')
    expect(await sh('cat /etc/note')).toBe('For web1: hello\n')
  })
})

describe('--json', () => {
  const events = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

  test('is one event a line, the format first, and words for people aside', async () => {
    const { exit, stdout, stderr } = await site().fettle('provision', '--yes', '--json')
    expect(exit).toBe(0)
    const all = events(stdout)
    expect(all[0]).toEqual({ type: 'version', format: '1.3' })
    expect(all[1]).toMatchObject({ type: 'run.started', command: 'provision --yes --json', environment: 'lab' })
    expect(all.at(-1)).toMatchObject({ type: 'run.finished', results: [{ host: 'web1', outcome: 'changed' }] })
    expect(stderr).toContain('Plan: 1 host to change, 1 change')
  })

  test('is promised everywhere', async () => {
    const { fettle } = site()
    const answers = await Promise.all([
      fettle('plan', '--json'),
      fettle('facts', 'web1', '--json'),
      fettle('exec', '--json', 'true'),
      fettle('inventory', '--json'),
      fettle('inventory', '--host', 'web1', '--json'),
      fettle('inventory', 'explain', 'web1', 'notes.text', '--json'),
      fettle('roles', '--json'),
      fettle('roles', 'notes', '--json'),
      fettle('lab', 'status', '--json'),
    ])
    for (const { exit, stdout } of answers) {
      expect([0, 2]).toContain(exit)
      for (const line of stdout.split('\n').filter(Boolean)) expect(JSON.parse(line)).toBeTypeOf('object')
    }
  })
})

describe('a command for hosts', () => {
  test.each([
    [['exec', '-l', 'web1', '--', 'ls', '-ld', '/']],
    [['exec', '-l', 'web1', 'ls', '-ld', '/']],
    [['exec', '-l', 'web1', 'ls -ld /']],
    [['ssh', 'web1', 'ls', '-ld', '/']],
    [['ssh', 'web1', '--', 'ls', '-ld', '/']],
  ])('keeps its own options: fettle %s', async (args) => {
    const { exit, stdout } = await site().fettle(...args)
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/^drwx.* \/$/m) })
  })

  test('gives its exit status to ssh, and one of Fettle’s to exec', async () => {
    expect((await site().fettle('ssh', 'web1', 'exit 7')).exit).toBe(7)
    expect((await site().fettle('exec', 'exit 7')).exit).toBe(3)
  })
})

describe('colour', () => {
  const esc = '\u001b'

  test('is used on a terminal', async () => {
    const { said } = await openSession(site().folder, ['plan']).ended
    expect(said).toContain(`${esc}[32m  +${esc}[39m file:/etc/note`)
  })

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['TERM', { TERM: 'dumb' }],
  ])('is not, where %s forbids it', async (_, env) => {
    const { said } = await openSession(site().folder, ['plan'], { columns: 80, rows: 24 }, env).ended
    expect(said).not.toMatch(new RegExp(`${esc}\\[\\d*m`))
    expect(plain(said)).toContain('    + file:/etc/note')
  })

  test('is not used in a pipe, unless it is forced', async () => {
    expect((await site().fettle('plan')).stdout).not.toContain(esc)
    expect((await site().fettleWith({ env: { FORCE_COLOR: '1' } }, 'plan')).stdout).toContain(`${esc}[32m  +${esc}[39m`)
  })

  test('carries no meaning of its own', async () => {
    const { said } = await openSession(site().folder, ['plan']).ended
    const { stdout } = await site().fettle('plan')
    for (const line of stdout.split('\n').filter(Boolean)) expect(plain(said)).toContain(line)
  })
})
