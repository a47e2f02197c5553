import { beforeEach, describe, expect, test } from 'vitest'
import { freeze, thaw } from '../../../engine/lab/index.ts'
import { problemsIn } from '../../cli/support/problems.ts'
import { makeSite } from '../../cli/support/site.ts'
import { report } from '../../faults/support/report.ts'
import { usePracticeHosts } from '../harness.ts'
import { inventoryOf, notes, stateOf, wayTo } from './support.ts'

const lab = usePracticeHosts(['good', 'frozen'])

/** Seconds that a host may take to let us in. */
const patience = 2

const siteWith = (others: Readonly<Record<string, object>>) =>
  makeSite({
    ...notes,
    'inventory/lab.yml': inventoryOf({ good: wayTo(lab.host('good')), ...others }),
  })

const hint = 'look at ansible_host and ansible_port in the inventory, or take the others with --limit'

const frozen = (more: object = {}) => wayTo(lab.host('frozen'), { fettle_connect_timeout: patience, ...more })

const noteOf = async (name: string) => (await lab.host(name).sh('cat /etc/note; rm -f /etc/note')).stdout

beforeEach(async () => {
  await lab.host('good').sh('rm -rf /etc/note /etc/done /var/lib/fettle')
})

describe('hosts that do not answer', () => {
  test('are told with their reason, and the others go on', async () => {
    const { address } = lab.host('good')
    const nobody = address.replace(/\d+$/, '200')
    const site = siteWith({
      closed: wayTo(lab.host('frozen'), { ansible_port: 2 }),
      nobody: wayTo(lab.host('frozen'), { ansible_host: nobody, fettle_connect_timeout: patience }),
      nowhere: wayTo(lab.host('frozen'), { ansible_host: 'no-such-host.invalid' }),
    })
    const { exit, stdout } = await site.fettle('provision', '--yes')
    expect(exit).toBe(4)
    expect(problemsIn(stdout)).toEqual([
      {
        code: 'host.unreachable',
        host: 'closed',
        message: expect.stringMatching(/^operator@[\d.]+:2 cannot be reached: nothing listens there$/),
        hint,
      },
      {
        code: 'host.unreachable',
        host: 'nobody',
        message: expect.stringMatching(/:22 cannot be reached: (?:there is no way to that host|it does not answer)$/),
        hint,
      },
      {
        code: 'host.unreachable',
        host: 'nowhere',
        message: expect.stringMatching(/no-such-host.invalid:22 cannot be reached: the name /),
        hint,
      },
    ])
    expect(stdout).toMatch(/^4 hosts: 1 changed, 3 unreachable \(closed, nobody, nowhere\), /m)
    expect(await noteOf('good')).toBe('For good: hello\n')
  })

  test('are taken again by --limit @last-failed, and only they', async () => {
    const site = siteWith({ frozen: frozen({ ansible_port: 2 }) })
    expect((await site.fettle('provision', '--yes')).exit).toBe(4)
    site.write({ 'inventory/lab.yml': inventoryOf({ good: wayTo(lab.host('good')), frozen: frozen() }) })
    await noteOf('good')
    const { exit, stdout } = await site.fettle('provision', '--yes', '--limit', '@last-failed')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('1 host: 1 changed') })
    expect([await noteOf('good'), await noteOf('frozen')]).toEqual(['', 'For frozen: hello\n'])
    await lab.host('frozen').sh('rm -rf /var/lib/fettle')
  })
})

describe('a host that hangs', () => {
  test('when it is called is given up in time, and the others go on', async () => {
    const before = await stateOf(lab.host('frozen'))
    await freeze('frozen', lab.options)
    try {
      const site = siteWith({ frozen: frozen() })
      const { exit, stdout } = await site.fettle('provision', '--yes')
      expect(exit).toBe(4)
      expect(problemsIn(stdout)).toEqual([
        {
          code: 'timeout',
          host: 'frozen',
          message: expect.stringContaining(`did not let us in within ${patience} s`),
          hint: 'does it hang? fettle_connect_timeout gives it more seconds',
        },
      ])
      expect((await site.fettle('facts', 'frozen')).exit).toBe(4)
      expect((await site.fettle('exec', '--json', 'true')).exit).toBe(4)
    } finally {
      await thaw('frozen', lab.options)
    }
    expect(await noteOf('good')).toBe('For good: hello\n')
    expect(await stateOf(lab.host('frozen'))).toBe(before)
    report({
      row: 10,
      injected: 'a host that is frozen when it is called',
      expected: 'given up in time, the others are finished',
      measured: { seen: `unreachable after ${patience} s; the other one changed, the frozen one as it was` },
    })
  })

  test('keeps nobody waiting for what is wrong with the site', async () => {
    await freeze('frozen', lab.options)
    try {
      const site = siteWith({ frozen: frozen({ fettle_connect_timeout: 3600 }) })
      site.write({ 'site.yml': notes['site.yml'].replace('text: hello', 'txet: hello') })
      const { exit, stderr } = await site.fettle('plan')
      expect({ exit, problems: problemsIn(stderr) }).toMatchObject({
        exit: 1,
        problems: [{ code: 'settings.invalid', at: 'site.yml:5:7', hint: 'did you mean "text"?' }],
      })
    } finally {
      await thaw('frozen', lab.options)
    }
  })

  test('in the middle of a step is given up, said to be unknown, and converges when it is back', async () => {
    const site = siteWith({ frozen: wayTo(lab.host('frozen')) })
    site.write({
      'site.yml': notes['site.yml'].replace('text: hello', 'runs: "touch /run/begun; sleep 2; touch /etc/done"'),
    })
    const run = site.fettle('provision', '--yes')
    await expect.poll(async () => (await lab.host('frozen').sh('[ -e /run/begun ]')).exit, { timeout: 60_000 }).toBe(0)
    await freeze('frozen', lab.options)
    try {
      const { exit, stdout } = await run
      expect(exit).toBe(3)
      expect(problemsIn(stdout)).toEqual([
        {
          code: 'connection.lost',
          host: 'frozen',
          message: expect.stringMatching(/^lost operator@[\d.]+:22: /),
          hint: 'the command may have run, in whole or in part: look at the host again before anything else',
        },
      ])
      expect(stdout).toContain('step take its time (command:take its time)')
      expect(stdout).toMatch(/^2 hosts: 1 changed, 1 failed \(frozen\), /m)
    } finally {
      await thaw('frozen', lab.options)
    }
    const done = async () => (await lab.host('frozen').sh('[ -e /etc/done ]')).exit
    await expect.poll(done, { timeout: 60_000 }).toBe(0)
    expect(await site.fettle('provision', '--yes')).toMatchObject({ exit: 0, stderr: '' })
    expect((await site.fettle('plan')).exit).toBe(0)
  })
})
