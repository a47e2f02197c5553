import { describe, expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { makeSite, silentFiles } from './support/site.ts'

const site = makeSite(silentFiles)

const refused = async (...args: readonly string[]) => {
  const { exit, stdout, stderr } = await site.fettle(...args)
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
  return problemsIn(stderr)
}

describe('hosts that are not there', () => {
  test.each([
    ['plan', '--limit', 'wbe1'],
    ['provision', '--yes', '-l', 'wbe1'],
    ['exec', '-l', 'wbe1', '--', 'true'],
    ['inventory', '--list', '-l', 'wbe1'],
  ])('fettle %s %s %s', async (...args) => {
    expect(await refused(...args)).toEqual([
      { code: 'limit.unknown', message: 'no host or group "wbe1"', hint: 'did you mean "web1"?' },
    ])
  })

  test.each([['facts'], ['ssh']])('fettle %s wbe1', async (name) => {
    expect(await refused(name, 'wbe1')).toEqual([
      {
        code: 'limit.unknown',
        message: 'there is no host "wbe1" in inventory/test.yml',
        hint: 'did you mean "web1"?',
      },
    ])
  })

  test.each([[['inventory', '--host', 'wbe1']], [['inventory', 'explain', 'wbe1', 'nginx.gzip']]])(
    'fettle %s',
    async (args) => {
      expect(await refused(...args)).toEqual([
        { code: 'limit.unknown', message: 'no host "wbe1"', hint: 'did you mean "web1"?' },
      ])
    },
  )

  test('every part of a limit that matches nothing is named', async () => {
    expect(await refused('plan', '--limit', 'web1,nowhere,wbe2')).toMatchObject([
      { code: 'limit.unknown', message: 'no host or group "nowhere"' },
      { code: 'limit.unknown', message: 'no host or group "wbe2"', hint: 'did you mean "web2"?' },
    ])
  })

  test('a limit that leaves nobody is not taken for everybody', async () => {
    expect(await refused('provision', '--yes', '--limit', 'web:!web1:!web2')).toEqual([
      { code: 'limit.unknown', message: 'the limit "web:!web1:!web2" leaves no host' },
    ])
  })

  test('@last-failed before anything has failed', async () => {
    expect(await refused('provision', '--yes', '--limit', '@last-failed')).toEqual([
      {
        code: 'limit.unknown',
        message: 'no host failed in the last run',
        hint: 'leave out --limit to take all hosts',
      },
    ])
  })
})

describe('roles and settings that are not there', () => {
  test('--roles', async () => {
    expect(await refused('plan', '--roles', 'ngnix')).toEqual([
      { code: 'role.unknown', message: 'no host of this site has the role "ngnix"', hint: 'did you mean "nginx"?' },
    ])
  })

  test('fettle roles NAME', async () => {
    expect(await refused('roles', 'ngnix')).toEqual([
      { code: 'role.unknown', message: 'there is no role "ngnix"', hint: 'did you mean "nginx"?' },
    ])
  })

  test('--set, all at once', async () => {
    const set = ['nginx.gzipp=true', 'nginx.gzip=perhaps', 'ngnix.gzip=true'].flatMap((text) => ['--set', text])
    const problems = await refused('provision', '--yes', ...set)
    expect(problems).toHaveLength(3)
    expect(problems).toEqual(
      expect.arrayContaining([
        {
          code: 'settings.invalid',
          message: 'unknown setting nginx.gzipp',
          at: '--set nginx.gzipp=true',
          hint: 'did you mean "gzip"?',
        },
        {
          code: 'settings.invalid',
          message: 'nginx.gzip: expected boolean, received string',
          at: '--set nginx.gzip=perhaps',
        },
        expect.objectContaining({ code: 'role.unknown', message: expect.stringContaining('ngnix') }),
      ]),
    )
  })
})

describe('practice hosts that are not there', () => {
  const lab = makeSite({
    ...silentFiles,
    'inventory/lab.yml': 'web:\n  vars: { fettle_lab: true }\n  hosts: { web1: }\n',
  })

  test('fettle lab up NAME', async () => {
    const { exit, stderr } = await lab.fettle('lab', 'up', 'wbe1')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [
        {
          code: 'limit.unknown',
          message: 'there is no practice host "wbe1" in inventory/lab.yml',
          hint: 'did you mean "web1"?',
        },
      ],
    })
  })

  test('an inventory without any', async () => {
    const { exit, stderr } = await lab.fettle('lab', 'up', '-i', 'inventory/test.yml')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 64,
      problems: [
        {
          code: 'usage',
          message: 'inventory/test.yml has no practice hosts',
          hint: 'practice hosts have the variable fettle_lab: true; choose another inventory with -i',
        },
      ],
    })
  })

  test.each(['freeze', 'thaw', 'reboot', 'reset'])('fettle lab %s where there is no lab', async (name) => {
    const { exit, stderr } = await lab.fettle('lab', name, 'web1')
    expect({ exit, problems: problemsIn(stderr) }).toEqual({
      exit: 1,
      problems: [{ code: 'lab.failed', message: 'there is no lab here', hint: 'start one: fettle lab up' }],
    })
  })

  test('fettle lab status where there is no lab', async () => {
    expect(await lab.fettle('lab', 'status')).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'no practice hosts: fettle lab up starts them\n',
    })
  })
})
