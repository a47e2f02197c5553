import { existsSync } from 'node:fs'
import { appendFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { controller, cut, heal } from '../../../engine/lab/index.ts'
import { problemsIn } from '../../cli/support/problems.ts'
import { usePracticeHosts } from '../harness.ts'
import { rowsForThisRun } from '../support/extent.ts'
import type { Running, Site, Told } from '../support/site.ts'
import { expectDone, resultOf } from '../support/told.ts'
import { lookAt, refused, served, siteOf, useShop } from './deploy-support.ts'

const lab = usePracticeHosts(['web1', 'web2', 'lb1'])
let site: Site
beforeAll(async () => {
  site = await useShop(lab)
})

const deploy = (version: string, ...more: readonly string[]) =>
  site.fettle('deploy', '--version', version, '--yes', ...more)
const told = ({ exit, stdout, stderr }: Told) => ({ exit, problems: problemsIn(stdout + stderr) })
const git = (...args: readonly string[]) =>
  execa('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...args], { cwd: site.folder })

describe('nothing is changed where', () => {
  test('the build fails: its last words are shown', async () => {
    await site.describe(siteOf({ source: { build: 'echo compiling; echo no such module >&2; exit 7' } }))
    expect(told(await refused(lab, () => deploy('v2')))).toEqual({
      exit: 1,
      problems: [
        {
          code: 'build.failed',
          message: 'the build failed with exit status 7: echo compiling; echo no such module >&2; exit 7',
          detail: 'compiling\nno such module',
          hint: 'no host was touched',
        },
      ],
    })
    await site.describe(siteOf())
  })

  test('the artifact is none', async () => {
    await writeFile(join(site.folder, 'v2.tar.gz'), 'not an archive')
    expect(told(await refused(lab, () => deploy('v2', '--artifact', 'v2.tar.gz')))).toMatchObject({
      exit: 1,
      problems: [{ code: 'artifact.invalid', detail: 'it is not compressed with gzip' }],
    })
    await rm(join(site.folder, 'v2.tar.gz'))
  })

  test('git knows no such version, or what is there is not what was committed', async () => {
    onTestFinished(() => rm(join(site.folder, '.git'), { recursive: true }))
    await writeFile(join(site.folder, '.gitignore'), '.fettle/\n')
    await git('init', '--quiet')
    await git('add', '--all')
    await git('commit', '--quiet', '--message', 'one')
    await git('tag', 'v2.0')
    expect(told(await refused(lab, () => deploy('v2.O')))).toMatchObject({
      exit: 1,
      problems: [{ code: 'version.unknown', hint: 'did you mean "v2.0"?' }],
    })
    await appendFile(join(site.folder, 'shop/src/main.js'), '// not committed\n')
    expect(told(await refused(lab, () => deploy('v2.0')))).toMatchObject({
      exit: 1,
      problems: [{ code: 'worktree.dirty', detail: ' M shop/src/main.js', hint: expect.stringContaining('--as-is') }],
    })
  })

  test('the app is another one', async () => {
    const answer = await refused(lab, () => site.fettle('deploy', 'shp', '--version', 'v2', '--yes'))
    expect(told(answer)).toMatchObject({ exit: 1, problems: [{ code: 'app.unknown', hint: 'did you mean "shop"?' }] })
  })

  test.each(['web2', 'lb1'])('%s cannot be reached', async (name) => {
    const before = await lookAt(lab)
    await cut(controller, name, lab.options)
    try {
      expect(told(await deploy('v2'))).toMatchObject({
        exit: 4,
        problems: [{ code: 'host.unreachable', host: name, message: expect.stringContaining('does not answer') }],
      })
    } finally {
      await heal(lab.options)
    }
    // A balancer that was cut off has seen no instance meanwhile.
    const patient = { timeout: 60_000, interval: 500 }
    await expect.poll(() => lookAt(lab), patient).toEqual(before)
    await expect.poll(() => served(lab), patient).toEqual(['v1'])
  })

  test('nothing is unfinished that could be resumed or aborted', async () => {
    for (const command of ['resume', 'abort'])
      expect(told(await refused(lab, () => site.fettle(command, '--yes')))).toEqual({
        exit: 1,
        problems: [
          {
            code: 'release.missing',
            message: 'no rollout of shop is unfinished',
            hint: 'fettle releases shop shows what is there',
          },
        ],
      })
  })

  test('there is no release to go back to, or not this one', async () => {
    expect(told(await refused(lab, () => site.fettle('rollback', '--yes')))).toEqual({
      exit: 1,
      problems: [
        {
          code: 'release.missing',
          message: 'before the current release of shop there is none that was healthy',
          hint: expect.stringMatching(/^--to takes: v1-[0-9a-f]{12}$/),
        },
      ],
    })
    expect(told(await refused(lab, () => site.fettle('rollback', '--to', 'v9', '--yes')))).toMatchObject({
      exit: 1,
      problems: [{ code: 'release.missing', message: 'shop has no release "v9"' }],
    })
  })
})

const archiveOf = async (version: string): Promise<string> =>
  (await readdir(join(site.folder, '.fettle/releases/shop'))).find((name) => name.startsWith(`${version}-`)) ?? ''

const deployed = (version: string) => ['deploy', '--version', version, '--yes', '--json']

const runs: Running[] = []
afterEach(async () => {
  for (const run of runs.splice(0)) run.kill()
  await rm(join(site.folder, 'hold'), { force: true })
  await lab.host('web1').sh('rm -f /srv/shop/shared/hold')
})

/** Goes no further while `hold` is there; `begun` tells that it has come so far. */
const waiting = ': >begun; while [ -e hold ]; do sleep 0.1; done'

/** A deploy in the middle of its work, on the controller or on a host. */
const begin = async (where: 'before' | 'hostBefore', folder: string, has: (file: string) => Promise<boolean>) => {
  await site.describe(siteOf({ hooks: { [where]: waiting.replaceAll(/begun|hold/g, `${folder}/$&`) } }))
  const run = site.start(deployed('v2'))
  runs.push(run)
  await expect.poll(() => has('begun'), { timeout: 30_000 }).toBe(true)
  return run
}

describe('two deploys at once', () => {
  const here = async (file: string) => existsSync(join(site.folder, file))
  const there = async (file: string) => (await lab.host('web1').sh(`[ -e /srv/shop/shared/${file} ]`)).exit === 0

  beforeEach(async () => {
    await rm(join(site.folder, 'begun'), { force: true })
    await writeFile(join(site.folder, 'hold'), '')
    await lab.host('web1').sh('cd /srv/shop/shared && rm -f begun && : >hold')
  })
  const letGo = async () => {
    await rm(join(site.folder, 'hold'), { force: true })
    await lab.host('web1').sh('rm -f /srv/shop/shared/hold')
  }

  const moments = [
    ['in the middle of a rollout', 'hostBefore', '/srv/shop/shared', there],
    ['before anything has changed', 'before', '.', here],
  ] as const

  test.each(rowsForThisRun(moments))('%s: the second one is told who is at work', async (_, hook, folder, has) => {
    const other = await site.elsewhere()
    const first = await begin(hook, folder, has)
    try {
      for (const command of [['deploy', '--version', 'v3'], ['rollback', '--to', 'v1'], ...unlessBefore(hook)]) {
        const { exit, problems } = told(await other.fettle(...command, '--yes'))
        expect({ command, exit, codes: new Set(problems.map(({ code }) => code)) }).toEqual({
          command,
          exit: 1,
          codes: new Set(['lease.held']),
        })
        expect(problems[0]).toMatchObject({
          message: expect.stringMatching(/^\w+@\S+ is changing this host$/),
          hint: expect.stringContaining('--wait'),
        })
      }
    } finally {
      await letGo()
    }
    expectDone(await first.told)
    expectDone(await back())
  })

  test.each(rowsForThisRun(moments))(
    '%s: with --wait it waits, and finds all as wanted',
    async (_, hook, folder, has) => {
      const other = await site.elsewhere()
      const first = await begin(hook, folder, has)
      let waits: () => void = () => {}
      const waiting = new Promise<void>((resolve) => {
        waits = resolve
      })
      // Copied files have other times, and a folder that was built of them would be another release.
      const artifact = join(site.folder, '.fettle/releases/shop', await archiveOf('v2'))
      const second = other.start([...deployed('v2'), '--artifact', artifact, '--wait'], (event) => {
        if (event.type === 'warning' && event.message.startsWith('waiting for ')) waits()
      })
      await Promise.race([waiting, second.told])
      await letGo()
      expectDone(await first.told)
      const answer = await second.told
      expectDone(answer)
      expect(['web1', 'web2'].map((name) => resultOf(answer, name)?.outcome)).toEqual(['unchanged', 'unchanged'])
      expect(await served(lab)).toEqual(['v2'])
      expectDone(await back())
    },
  )
})

/** What goes on with a rollout finds none before there is a note of it. */
const unlessBefore = (hook: string) => (hook === 'before' ? [] : [['resume'], ['abort']])

/** The site as described at first, with v1 on all hosts and nothing else. */
const back = async (): Promise<Told> => {
  await site.describe(siteOf())
  const answer = await site.fettle('rollback', '--to', 'v1', '--yes')
  await Promise.all(['web1', 'web2'].map((name) => lab.host(name).sh('rm -rf /srv/shop/releases/v[2-9]*')))
  return answer
}

describe('a rollout that has not ended', () => {
  test('is to be ended first, one way or the other', async () => {
    await lab.host('web1').sh('cd /srv/shop/shared && rm -f begun && : >hold')
    const run = await begin('hostBefore', '/srv/shop/shared', async (file) => {
      return (await lab.host('web1').sh(`[ -e /srv/shop/shared/${file} ]`)).exit === 0
    })
    run.kill()
    await run.told
    await lab.host('web1').sh('rm -f /srv/shop/shared/hold')
    await site.describe(siteOf())
    await expect.poll(async () => (await site.fettle('locks')).stdout, { timeout: 60_000 }).not.toContain('held by')
    for (const command of [
      ['deploy', '--version', 'v3'],
      ['rollback', '--to', 'v1'],
    ])
      expect(told(await refused(lab, () => site.fettle(...command, '--yes')))).toEqual({
        exit: 1,
        problems: [
          {
            code: 'deploy.unfinished',
            message: expect.stringMatching(/^a rollout of shop v2-[0-9a-f]{12} has not ended$/),
            detail: expect.stringMatching(/^\w+@\S+, since \S+, on web1, web2$/),
            hint: 'fettle resume shop goes on with it, fettle abort shop takes it back',
          },
        ],
      })
    expectDone(await site.fettle('abort', '--yes'))
    expect(await served(lab)).toEqual(['v1'])
    expectDone(await back())
  })
})

describe('going back', () => {
  test('to a release that one host does not have', async () => {
    expectDone(await deploy('v2'))
    await lab.host('web2').sh('rm -rf /srv/shop/releases/v1-*')
    const before = await lookAt(lab)
    expect(told(await site.fettle('rollback', '--yes'))).toMatchObject({
      exit: 1,
      problems: [
        {
          code: 'release.missing',
          message: expect.stringMatching(/^v1-[0-9a-f]{12} is not on web2$/),
          hint: 'fettle deploy shop --version … brings a version to all hosts',
        },
      ],
    })
    expect(await lookAt(lab)).toEqual(before)
    expectDone(await deploy('v1'))
    expect(await served(lab)).toEqual(['v1'])
  })

  test('twice goes back twice', async () => {
    expectDone(await deploy('v3'))
    expectDone(await deploy('v4'))
    expectDone(await site.fettle('rollback', '--yes'))
    expect(await served(lab)).toEqual(['v3'])
    expectDone(await site.fettle('rollback', '--yes'))
    expect(await served(lab)).not.toContain('v4')
  })
})
