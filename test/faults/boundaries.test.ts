import { beforeAll, describe, expect, test } from 'vitest'
import type { Event } from '../../engine/core/event.ts'
import { powerOff, start } from '../../engine/lab/index.ts'
import { openSession } from '../cli/support/pty.ts'
import { usePracticeHosts } from '../lab/harness.ts'
import { isAll, mine } from '../lab/support/extent.ts'
import { type Site, useSite } from '../lab/support/site.ts'
import { type Snapshot, snapshot } from '../lab/support/snapshot.ts'
import { deedsOf, nothing, resultOf } from '../lab/support/told.ts'
import { provision } from './support/again.ts'
import { report } from './support/report.ts'
import { server } from './support/visitor.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')

/** A step of every class, two of them guarded. */
const siteYml = JSON.stringify({
  name: 'boundaries',
  groups: {
    web: {
      ...server,
      counter: { asks: 'restart' },
      pieces: {
        groups: ['crew'],
        directories: { '/srv/data': '2750' },
        files: {
          '/etc/issue': { content: 'hello\n' },
          '/etc/ssh/sshd_config.d/10-test.conf': {
            ...{ content: 'MaxAuthTries 5\n', reloads: ['ssh.service'], guarded: true },
          },
        },
        commands: {
          migrate: { script: 'echo migrated >/srv/migrated', creates: '/srv/migrated', detached: true },
          open: { script: 'touch /srv/opened', creates: '/srv/opened', undo: 'rm -f /srv/opened' },
        },
        links: { '/srv/current': '/srv/www/shop' },
        sysctls: { 'net.ipv4.ip_nonlocal_bind': '1' },
        timers: { sweep: 'daily' },
        units: { 'sweep.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n' },
      },
    },
  },
})

const classes: readonly (readonly [string, RegExp])[] = [
  ['arming the guard', /^arm the guard$/],
  ['a guarded file', /^write \/etc\/ssh\//],
  ['a guarded command', /^open$/],
  ['a file', /^write /],
  ['a link', /^link /],
  ['an installation', /^install /],
  ['a check', /^check the /],
  ['a reaction', /^(reload|restart) /],
  ['a detached step', /^migrate$/],
  ['a start of a service', /^start /],
  ['a record', /^record /],
]

const other = 'a script'

const classOf = (title: string): string => classes.find(([, pattern]) => pattern.test(title))?.[0] ?? other

let site: Site
/** The steps of an undisturbed run, in order, and what it came to. */
let titles: readonly string[]
let twin: Snapshot

beforeAll(async () => {
  site = await useSite({ siteYml, hosts: { web: [host()] } })
  const told = await site.fettle(...provision)
  expect(resultOf(told, 'web1')).toMatchObject({ outcome: 'changed', owed: [] })
  titles = told.events.flatMap((event) => (event.type === 'step.done' ? [event.title] : []))
  twin = await snapshot(host())
})

/** Does something at once when so many steps are done. */
const at = (steps: number, act: () => void) => {
  let left = steps
  return ({ type }: Event) => {
    if (type === 'step.done' && --left === 0) act()
  }
}

const isLedger = (key: string) => /^(owed|paid) /.test(key)

/** Nobody knows whether what was guarded would have cut the way in: it is taken back, and a person has to say so again. */
const complete = async (about: string): Promise<boolean> => {
  const next = await site.fettle(...provision)
  const isAsked = resultOf(next, 'web1')?.problem?.code === 'guard.refused'
  if (isAsked) {
    const session = openSession(site.folder, ['provision'])
    await expect.poll(session.said, { timeout: 60_000 }).toContain('Do this on lab?')
    session.type('y\r')
    expect((await session.ended).exit, about).toBe(0)
  } else expect(next.exit, `${about}: ${next.stderr}`).toBe(0)
  await expectTwin(about)
  expect(deedsOf(await site.fettle(...provision), 'web1'), about).toEqual(nothing)
  return isAsked
}

const expectTwin = async (about: string) => {
  const found = await snapshot(host())
  const keys = [...new Set([...Object.keys(found), ...Object.keys(twin)])].filter((key) => !isLedger(key))
  const differing = keys.filter((key) => found[key] !== twin[key]).map((key) => [key, [found[key], twin[key]]])
  expect(Object.fromEntries(differing), about).toEqual({})
}

const nameOf = (boundary: number) => `after step ${boundary} of ${titles.length}, ${titles[boundary - 1]}`

const killAfter = async (boundary: number): Promise<void> => {
  const about = nameOf(boundary)
  await lab.reset('web1')
  const run = site.start(
    provision,
    at(boundary, () => run.kill()),
  )
  expect((await run.told).exit, about).toBeNull()
  const isAsked = await complete(about)
  report({
    row: 1,
    injected: `kill -9 of the controller ${about}`,
    expected: 'the next run completes it, as the undisturbed twin',
    measured: { S: 0, seen: isAsked ? 'alike; the guard was taken back, and asked for again' : 'alike' },
  })
}

const losePowerAfter = async (boundary: number): Promise<void> => {
  const about = nameOf(boundary)
  await lab.reset('web1')
  let back: Promise<void> | undefined
  const rebooted = async () => {
    await powerOff('web1', lab.options)
    await start('web1', lab.options)
  }
  const run = site.start(
    provision,
    at(boundary, () => {
      back = rebooted()
    }),
  )
  const [told] = await Promise.all([run.told, expect.poll(() => back !== undefined, { timeout: 120_000 }).toBe(true)])
  await back
  // Its last step may have been the end of it.
  expect([0, 3], about).toContain(told.exit)
  expect((await host().sh('ls /var/lib/fettle/guard/armed')).exit, about).toBe(2)
  const isAsked = await complete(about)
  report({
    row: 43,
    injected: `power off and on again ${about}`,
    expected: 'SSH survives; the next run completes it',
    measured: { S: 0, seen: isAsked ? 'logged in; taken back, and asked for again' : 'logged in' },
  })
}

const mostSteps = 40
const every = (kind: string) => mine(kind, mostSteps)

describe.runIf(!isAll)('one boundary of each class', () => {
  test.each([...classes.map(([name]) => name), other])('the controller is killed after %s', async (name) => {
    const boundary = titles.findIndex((title) => classOf(title) === name) + 1
    expect(boundary).toBeGreaterThan(0)
    await killAfter(boundary)
  })

  test('a host loses its power in a guarded section', async () => {
    await losePowerAfter(titles.findIndex((title) => classOf(title) === 'a guarded file') + 1)
  })
})

describe.runIf(isAll)('every boundary of this shard', () => {
  test('the controller is killed', { timeout: 900_000 }, async () => {
    expect(titles.length).toBeLessThan(mostSteps)
    for (const boundary of every('kill').filter((boundary) => boundary <= titles.length)) await killAfter(boundary)
  })

  test('the host loses its power in a guarded section', { timeout: 600_000 }, async () => {
    const armed = titles.indexOf('arm the guard') + 1
    const guarded = every('power').filter((boundary) => boundary >= armed && boundary <= titles.length)
    for (const boundary of guarded) await losePowerAfter(boundary)
  })
})
