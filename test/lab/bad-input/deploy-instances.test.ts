import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { problemsIn } from '../../cli/support/problems.ts'
import { usePracticeHosts } from '../harness.ts'
import { isAll } from '../support/extent.ts'
import type { Site, Told } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { lookAt, refused, type Shop, served, siteOf, useShop } from './deploy-support.ts'

const lab = usePracticeHosts(['web1', 'web2', 'lb1'])
const on = async (name: string, script: string) => (await lab.host(name).sh(script)).stdout
const told = ({ exit, stdout, stderr }: Told) => ({ exit, problems: problemsIn(stdout + stderr) })
let site: Site
beforeAll(async () => {
  site = await useShop(lab)
})
afterEach(async () => {
  await site.describe(siteOf())
  await Promise.all(['web1', 'web2'].map((name) => on(name, 'rm -rf /srv/shop/releases/v[2-9]*')))
})

const deploy = (version: string, ...more: readonly string[]) =>
  site.fettle('deploy', '--version', version, '--yes', ...more)

/** What is there without the processes and the releases that are not in use. */
const asBefore = async () => (await lookAt(lab)).map((each) => each.replaceAll(/^(v[2-9]-.*|\d+)\n/gm, ''))

/** A deploy that changes instances and takes all of it back. */
const reverted = async (change: Shop, version = 'v2'): Promise<Told> => {
  await site.describe(siteOf(change))
  const before = await asBefore()
  const answer = await deploy(version)
  expect(await asBefore()).toEqual(before)
  expect(await served(lab)).toEqual(['v1'])
  return answer
}

describe('all instances are as before where a new one', () => {
  test('is never healthy: what it said last is told', async () => {
    const build =
      'SHOP_FAULT=never-healthy npm run --silent build && echo "console.log(42); console.error(43)" >>dist/main.js'
    expect(told(await reverted({ source: { build } }))).toEqual({
      exit: 1,
      problems: [
        {
          code: 'deploy.reverted',
          host: 'web1',
          message: expect.stringMatching(
            /^v2-[0-9a-f]{12} was taken back, all hosts are as before: no 3 good answers in 15 s from \S+:300[01]\/readyz, asked from lb1$/,
          ),
          detail: expect.stringMatching(
            /^the last one: the answer is 503 Service Unavailable, not 200\nthe last words of shop@300[01]\.service:\n(?:.*\n)*42\n43(?:\n.*)*$/,
          ),
          hint: expect.stringContaining('health.path'),
        },
      ],
    })
  })

  test.runIf(isAll)('is asked for a page that neither it nor the one before has', async () => {
    const answer = await reverted({ health: { path: '/no-such-page' } })
    expect(answer.stdout).toMatch(/goes into rotation all the same: no 3 good answers in 15 s/)
    expect(told(answer)).toMatchObject({
      exit: 1,
      problems: [
        { code: 'deploy.reverted', host: 'web1', detail: expect.stringMatching(/^the last one: the answer is 404 /) },
      ],
    })
  })

  test('ends at once: its own words say why', async () => {
    const build = 'npm run --silent build && echo "throw new Error(\'no luck\')" >dist/main.js'
    const { exit, problems } = told(await reverted({ source: { build } }))
    expect({ exit, problems }).toMatchObject({ exit: 1, problems: [{ code: 'deploy.reverted', host: 'web1' }] })
    expect(problems[0]?.detail).toContain('Error: no luck')
  })

  test.runIf(isAll)('ends while it is watched', async () => {
    const build =
      'npm run --silent build && echo "setTimeout(() => { throw new Error(\'tired\') }, 5000)" >>dist/main.js'
    const { exit, problems } = told(await reverted({ source: { build }, rollout: { canarySoak: 15 } }))
    expect({ exit, problems }).toMatchObject({
      exit: 1,
      problems: [{ code: 'deploy.reverted', host: 'web1', message: expect.stringContaining('did not stay healthy') }],
    })
    expect(problems[0]?.detail).toMatch(
      /^the instance on 300[01] (?:is activating|has ended, and was started again)\n/m,
    )
    expect(problems[0]?.detail).toContain('Error: tired')
  })
})

test('a port that another program has taken: it is told, and the other instance goes on', async () => {
  const thief = 'node -e \'require("node:http").createServer((_, answer) => answer.writeHead(404).end()).listen(3001)\''
  await on('web1', `systemctl stop shop@3001; systemd-run --unit thief ${thief}`)
  await expect.poll(() => on('web1', 'ss -Hltn sport = :3001')).toContain('3001')
  const { exit, problems } = told(await deploy('v2'))
  expect({ exit, problems }).toMatchObject({
    exit: 1,
    problems: [
      { code: 'instance.unhealthy', host: 'web1', detail: expect.stringContaining('EADDRINUSE') },
      {
        code: 'balancer.failed',
        host: 'web1',
        hint: 'the way back ended here: mend this, and fettle abort shop goes on with it',
      },
    ],
  })
  expect(await served(lab)).toEqual(['v1'])
  await on('web1', 'systemctl stop thief')
  expectDone(await site.fettle('abort', '--yes'))
  expect(await served(lab)).toEqual(['v1'])
})

describe('a migration', () => {
  test('that fails: its words are shown, and no instance is switched', async () => {
    await site.describe(siteOf({ source: { build: 'SHOP_FAULT=migration-fails npm run --silent build' } }))
    const before = await lookAt(lab)
    expect(told(await deploy('v2'))).toEqual({
      exit: 1,
      problems: [
        {
          code: 'migration.failed',
          host: 'web1',
          message: expect.stringMatching(/^the migration of v2-[0-9a-f]{12} failed: node dist\/migrate.js$/),
          detail: expect.stringContaining('the migration from version 2 fails, because this release was built to'),
          hint: expect.stringContaining('no instance has the new release'),
        },
      ],
    })
    expect((await lookAt(lab)).map((each) => each.replace(/^v2-.*\n/m, ''))).toEqual(before)
    expect(await served(lab)).toEqual(['v1'])
  })

  test('that contracts: nobody goes back past it', async () => {
    expectDone(await deploy('v2', '--contracts'))
    const before = await lookAt(lab)
    for (const command of [['rollback'], ['rollback', '--to', 'v1']])
      expect(told(await site.fettle(...command, '--yes'))).toEqual({
        exit: 1,
        problems: [
          {
            code: 'migration.failed',
            message: expect.stringMatching(/^the migration of v2-[0-9a-f]{12} took away what earlier releases need$/),
            hint: 'there is no way back past it: mend it and deploy the next version',
          },
        ],
      })
    expect(await lookAt(lab)).toEqual(before)
    expect(await served(lab)).toEqual(['v2'])
    expectDone(await deploy('v1'))
  })
})

test('an app that nobody balances is asked from its own host', async () => {
  const alone = JSON.parse(siteOf())
  delete alone.groups.lb
  await site.describe(JSON.stringify(alone))
  const answer = await deploy('v2')
  expectDone(answer)
  expect(answer.stdout).toMatch(/wait until shop on 3000, 3001 is healthy/)
  expect(await served(lab)).toEqual(['v2'])
  alone.groups.web.app.apps.shop.health.path = '/no-such-page'
  await site.describe(JSON.stringify(alone))
  expect(told(await deploy('v3'))).toMatchObject({
    exit: 1,
    problems: [
      {
        code: 'deploy.reverted',
        message: expect.stringMatching(/from 127\.0\.0\.1:300\d\/no-such-page, asked from web1$/),
      },
    ],
  })
  expect(await served(lab)).toEqual(['v2'])
  await site.describe(siteOf())
  expectDone(await deploy('v1'))
})

test('a server that a balancer has not been told of yet: provision comes first', async () => {
  await site.describe(siteOf({ instances: 3 }))
  expect(told(await refused(lab, () => deploy('v2')))).toEqual({
    exit: 1,
    problems: [
      {
        code: 'balancer.failed',
        host: 'lb1',
        message: expect.stringMatching(/^HAProxy does not know shop\/web[12]-3002 yet$/),
        hint: 'fettle provision tells the balancers of all instances',
      },
    ],
  })
})
