import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSite } from '../../../engine/inventory/index.ts'
import { readSchedule } from '../../../engine/schedule/read.ts'
import { folderWith, lineOf, problemsOf } from '../inventory/folder.ts'

const commands = ['drift', 'provision', 'exec', 'runs']

const read = async (folder: string) => readSchedule({ ...(await loadSite(join(folder, 'site.yml'))), commands })

test('jobs with all that may be said of them, and with as little as must be', async () => {
  const folder = folderWith({
    'site.yml': `name: shop
groups: {}
schedule:
  drift: { at: "*/15 * * * *", run: drift }
  nightly:
    at: 0 3 * * *
    timezone: Europe/Berlin
    run: exec -l web -- sh -c 'echo "two  words"' a\\ b ""
    jitter: 10m
    timeout: 2h
    retries: 2
    retryAfter: 30s
    expect: 2d
    notify: [ops, mail]
notify:
  ops: { webhook: "https://example.com/hook" }
  secret: { webhook: "env:HOOK" }
  mail: { mail: a@example.com, from: fettle@example.com }
  page: { command: "page --to 'on call'" }
`,
  })
  const { jobs, channels } = await read(folder)
  const little = { jitter: 0, timeout: null, retries: 0, retryAfter: 60_000, expect: null, notify: [] }
  expect(jobs).toEqual([
    { name: 'drift', at: '*/15 * * * *', timezone: 'Etc/UTC', run: ['drift'], ...little },
    {
      ...{ name: 'nightly', at: '0 3 * * *', timezone: 'Europe/Berlin' },
      run: ['exec', '-l', 'web', '--', 'sh', '-c', 'echo "two  words"', 'a b', ''],
      ...{ jitter: 600_000, timeout: 7_200_000, retries: 2, retryAfter: 30_000, expect: 172_800_000 },
      notify: ['ops', 'mail'],
    },
  ])
  expect(Object.fromEntries(channels)).toEqual({
    ops: { by: 'webhook', url: 'https://example.com/hook' },
    secret: { by: 'webhook', url: 'env:HOOK' },
    mail: { by: 'mail', to: ['a@example.com'], from: 'fettle@example.com', server: 'smtp://127.0.0.1:25' },
    page: { by: 'command', argv: ['page', '--to', 'on call'] },
  })
})

describe('built-in jobs', () => {
  const all = [...commands, 'backup', 'patch', 'certificates', 'certs']
  const jobsOf = async (text: string) => {
    const folder = folderWith({ 'site.yml': `name: shop\ngroups: {}\nschedule: ${text}\n` })
    const site = await loadSite(join(folder, 'site.yml'))
    return readSchedule({ ...site, commands: all }).jobs.map(({ at, run, expect }) => [at, run.join(' '), expect])
  }
  const [hour, day] = [3_600_000, 86_400_000]

  test('need no more than their names', async () =>
    expect(
      await jobsOf('{ drift: {}, backup:, patch: {}, verify: {}, drill: {}, prune: {}, certificates: {}, certs: {} }'),
    ).toEqual([
      ['*/15 * * * *', 'drift', null],
      ['0 3 * * *', 'backup run', 26 * hour],
      ['0 4 * * 2', 'patch --security --yes', 8 * day],
      ['0 5 * * *', 'backup verify', 26 * hour],
      ['0 6 * * 6', 'backup drill --yes', 8 * day],
      ['0 7 * * *', 'backup prune', null],
      ['0 8 * * *', 'certificates --within 14d', null],
      ['30 8 * * *', 'certs check', null],
    ]))

  test('are done when else the site says', async () =>
    expect(await jobsOf('{ backup: { at: "0 1 * * *" } }')).toEqual([['0 1 * * *', 'backup run', 26 * hour]]))

  test('are none where the site says what to run', async () =>
    expect(await jobsOf('{ backup: { at: "0 1 * * *", run: "exec -- backup" } }')).toEqual([
      ['0 1 * * *', 'exec -- backup', null],
    ]))
})

test('a site without a schedule has no jobs', async () => {
  const { jobs, channels } = await read(folderWith({ 'site.yml': 'name: x\ngroups: {}\n' }))
  expect([jobs, [...channels]]).toEqual([[], []])
})

const job = (text: string): string => `name: x\ngroups: {}\nschedule:\n  a: ${text}\n`
const invalid = 'site.invalid:'

describe('mistakes, each at its place', () => {
  test.each<[string, readonly string[]]>([
    [job('3'), [`site.yml:4:6 ${invalid} job "a" must be a mapping`]],
    ['name: x\ngroups: {}\nschedule: [a]\n', [`site.yml:3:11 ${invalid} schedule must be a mapping`]],
    ['name: x\ngroups: {}\nnotify: 3\n', [`site.yml:3:9 ${invalid} notify must be a mapping`]],
    [
      job('{}'),
      [`site.yml:4:6 ${invalid} job "a" does not say when`, `site.yml:4:6 ${invalid} job "a" does not say what`],
    ],
    [
      job('{ at: 61 * * * *, run: drift }'),
      [`site.yml:4:12 ${invalid} at must be a cron expression: invalid value for minute: 61 (minute, hour`],
    ],
    [job('{ at: "* * * *", run: drift }'), [`site.yml:4:12 ${invalid} at must be a cron expression: it has 4 fields`]],
    [
      job('{ at: "* * * * * * 2027", run: drift }'),
      [`site.yml:4:12 ${invalid} at must be a cron expression: it has 7`],
    ],
    [
      job('{ at: 0 0 30 2 *, run: drift }'),
      [`site.yml:4:12 ${invalid} at must be a cron expression: that never happens`],
    ],
    [job('{ at: 3, run: drift }'), [`site.yml:4:12 ${invalid} at must be a cron expression: it is no text`]],
    [
      job('{ at: 0 3 * * *, run: drift, timezone: Europe/Berln }'),
      [`site.yml:4:45 ${invalid} there is no time zone "Europe/Berln" (did you mean "Europe/Berlin"?)`],
    ],
    [
      job('{ at: 0 3 * * *, run: provison --yes }'),
      [`site.yml:4:28 ${invalid} "provison" is no command that can be run by the clock (did you mean "provision"?)`],
    ],
    [job('{ at: 0 3 * * *, run: scheduler }'), [`site.yml:4:28 ${invalid} "scheduler" is no command that can be run`]],
    [job('{ at: 0 3 * * *, run: fettle drift }'), [`site.yml:4:28 ${invalid} run is what stands behind "fettle"`]],
    [job(`{ at: 0 3 * * *, run: "exec 'a" }`), [`site.yml:4:28 ${invalid} run must be a command line of Fettle`]],
    [
      job('{ at: 0 3 * * *, run: drift, timeout: 2 hours, retries: 11, jiter: 5m, notify: ops }'),
      [
        `site.yml:4:66 ${invalid} unknown key "jiter" (did you mean "jitter"?)`,
        `site.yml:4:44 ${invalid} timeout must be a time`,
        `site.yml:4:62 ${invalid} retries must be a whole number up to 10`,
        `site.yml:4:85 ${invalid} notify: of the site has no "ops"`,
      ],
    ],
    [
      job('{ at: "*/5 * * * *", run: drift, jitter: 6m }'),
      [`site.yml:4:47 ${invalid} jitter must not be longer than from one firing to the next`],
    ],
    ['name: x\ngroups: {}\nnotify: { ops: { webhok: x } }\n', [`site.yml:3:16 ${invalid} "ops" must have one of`]],
    [
      'name: x\ngroups: {}\nnotify: { ops: { webhook: example.com } }\n',
      [`site.yml:3:27 ${invalid} webhook must be a URL`],
    ],
    [
      'name: x\ngroups: {}\nnotify: { ops: { mail: x, server: a } }\n',
      [
        `site.yml:3:24 ${invalid} mail must be an address`,
        `site.yml:3:11 ${invalid} from must be the address`,
        `site.yml:3:35 ${invalid} server must be smtp:`,
      ],
    ],
    [
      'name: x\ngroups: {}\nnotify: { ops: { command: [] } }\n',
      [`site.yml:3:27 ${invalid} command must be a command line`],
    ],
  ])('%j', async (text, expected) => {
    const folder = folderWith({ 'site.yml': text })
    const found = (await problemsOf(() => read(folder))).map((problem) => lineOf(folder, problem))
    expect(found.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected)
  })
})
