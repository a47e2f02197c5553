import { beforeEach, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { openSession, plain } from '../../cli/support/pty.ts'
import { makeSite } from '../../cli/support/site.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, wayTo } from './support.ts'

const lab = usePracticeHosts(['web1'])
const sh = async (script: string) => (await lab.host('web1').sh(script)).stdout

const siteOf = (environment: string) =>
  makeSite({ ...notes, [`inventory/${environment}.yml`]: inventoryOf({ web1: wayTo(lab.host('web1')) }) })

beforeEach(async () => {
  await sh('rm -rf /etc/note /var/lib/fettle')
})

/** Types an answer once the question is there. */
const answered = async (environment: string, question: string, keys: string, args: readonly string[] = []) => {
  const session = openSession(siteOf(environment).folder, ['provision', ...args])
  await expect.poll(() => plain(session.said()), { timeout: 60_000 }).toContain(question)
  session.type(keys)
  const { exit, said } = await session.ended
  return { exit, said: plain(said) }
}

const note = () => sh('cat /etc/note; ls /var/lib/fettle/manifest')

describe('provision asks', () => {
  test('and does what was approved', async () => {
    const { exit, said } = await answered('lab', 'Do this on lab?', 'y')
    expect({ exit, said }).toEqual({ exit: 0, said: expect.stringMatching(/\+ file:\/etc\/note .*1 host: 1 changed/s) })
    expect(await note()).toBe('For web1: hello\n/var/lib/fettle/manifest\n')
  })

  test.each([
    ['no', 'n'],
    ['nothing but Enter', '\r'],
  ])('and does nothing when the answer is %s', async (_, keys) => {
    const { exit, said } = await answered('lab', 'Do this on lab?', keys)
    expect({ exit, said }).toEqual({ exit: 2, said: expect.stringContaining('Nothing was done.') })
    expect(await note()).toBe('')
  })

  test('on a terminal only: without one it says what to pass', async () => {
    const { exit, stderr } = await siteOf('lab').fettle('provision')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 64,
      problems: [
        {
          code: 'usage',
          message: 'this needs an answer, and there is no terminal to ask on',
          hint: 'pass --yes to go on without being asked',
        },
      ],
    })
    expect(await note()).toBe('')
  })

  test('not when there is nothing to do', async () => {
    const site = siteOf('lab')
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
    expect((await site.fettle('provision')).exit).toBe(0)
  })
})

describe('a production environment', () => {
  const question = 'This is production. Type its name to go on:'

  test('wants its name typed, even with --yes', async () => {
    const { exit } = await answered('production', question, 'production\r', ['--yes'])
    expect({ exit, note: await note() }).toEqual({ exit: 0, note: 'For web1: hello\n/var/lib/fettle/manifest\n' })
  })

  test.each(['y\r', 'prod\r', '\r', 'productionn\r'])('is left alone when the answer is %j', async (keys) => {
    const { exit, said } = await answered('production', question, keys)
    expect({ exit, said, note: await note() }).toEqual({
      exit: 2,
      said: expect.stringContaining('Nothing was done.'),
      note: '',
    })
  })

  test('is not taken by --yes where nobody can type', async () => {
    const { exit, stderr } = await siteOf('production').fettle('provision', '--yes')
    expect({ exit, problems: problemsIn(stderr), note: await note() }).toEqual({
      exit: 64,
      problems: [
        {
          code: 'usage',
          message: 'this needs an answer, and there is no terminal to ask on',
          hint: 'pass --confirm production to go on without being asked',
        },
      ],
      note: '',
    })
  })

  test.each(['lab', 'Production', 'prod'])('is not confirmed by the name %s', async (name) => {
    expect((await siteOf('production').fettle('provision', '--confirm', name)).exit).toBe(64)
    expect(await note()).toBe('')
  })

  test('is confirmed by its name', async () => {
    const { exit, stdout } = await siteOf('production').fettle('provision', '--confirm', 'production')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('1 host: 1 changed') })
  })

  test('is one that says so, whatever its file is called', async () => {
    const site = siteOf('lab')
    const inventory = JSON.parse(inventoryOf({ web1: wayTo(lab.host('web1')) }))
    site.write({
      'inventory/lab.yml': JSON.stringify({ all: { vars: { fettle_environment: 'production' } }, ...inventory }),
    })
    expect((await site.fettle('provision', '--yes')).exit).toBe(64)
    expect(await note()).toBe('')
  })
})
