import { expect, test } from 'vitest'
import { problemsIn } from './support/problems.ts'
import { startScheduler } from './support/scheduler.ts'
import { makeSite } from './support/site.ts'

const files = {
  'site.yml': `name: here
groups: { web: {} }
schedule:
  nightly: { at: "30 2 * * *", timezone: Europe/Berlin, run: provision --yes }
  fails: { at: "0 0 1 1 *", run: "exec -l web1 -- sh -c 'echo out; echo err >&2; exit 5'" }
  long: { at: "* * * * * *", run: "exec -l web1 -- sleep 600" }
`,
  'inventory/test.yml': 'web:\n  hosts:\n    web1: { ansible_connection: local, ansible_become: false }\n',
}

test('jobs are listed, run by hand, and their log is shown', async () => {
  const site = makeSite(files)
  const before = await site.fettle('jobs', '--json')
  expect(
    before.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    {
      name: 'nightly',
      timezone: 'Europe/Berlin',
      state: null,
      next: { scheduled: expect.stringMatching(/T0[01]:30:00/) },
    },
    { name: 'fails', next: { scheduled: expect.stringMatching(/-01-01T00:00:00/) } },
    { name: 'long' },
  ])
  expect(await site.fettle('jobs', 'run', 'nightly')).toMatchObject({
    ...{
      exit: 0,
      stdout: expect.stringContaining('Nothing to do'),
      stderr: expect.stringContaining('nightly: succeeded'),
    },
  })
  const failed = await site.fettle('jobs', 'run', 'fails')
  expect(failed).toMatchObject({
    exit: 3,
    stdout: expect.stringContaining('out'),
    stderr: expect.stringContaining('fails: failed'),
  })
  const log = await site.fettle('jobs', 'log', '-v')
  expect(log.stdout).toMatch(
    /fails +by hand .*failed \(exit status 3\)[\s\S]*\| out[\s\S]*nightly +by hand .*succeeded/,
  )
  expect((await site.fettle('jobs', 'log', 'nightly')).stdout.trim().split('\n')).toHaveLength(1)
  expect((await site.fettle('jobs')).stdout).toMatch(
    /^nightly .* Europe\/Berlin +succeeded .* next .* fettle provision --yes$/m,
  )
  const shown = await site.fettle('runs')
  expect(shown.stdout).toContain('(job nightly)')
}, 300_000)

test('the next firings are told in the time zones of their jobs, without a memory', async () => {
  const site = makeSite({ ...files, '.fettle/store': 'no folder' })
  const { stdout, exit } = await site.fettle('jobs', 'next', '3')
  expect([exit, stdout.trim().split('\n')]).toEqual([
    0,
    [1, 2, 3].map(() => expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Etc\/UTC +long$/)),
  ])
  const firing = JSON.parse((await site.fettle('jobs', 'next', '1', '--json')).stdout)
  expect(firing).toMatchObject({ job: 'long', timezone: 'Etc/UTC', begins: firing.scheduled })
})

test('a job does not overlap with itself, whoever starts it', async () => {
  const site = makeSite(files)
  const scheduler = await startScheduler(site.folder, ['--grace', '1s'])
  await scheduler.until(({ type }) => type === 'job.started')
  const refused = await site.fettle('jobs', 'run', 'long')
  expect(refused.exit).toBe(1)
  expect(problemsIn(refused.stderr)).toMatchObject([{ code: 'job.running', detail: expect.stringContaining('has it') }])
  scheduler.signal('SIGTERM')
  await scheduler.ended
}, 180_000)

test('mistakes are told where they are', async () => {
  const site = makeSite(files)
  for (const command of ['run', 'log']) {
    const { exit, stderr } = await site.fettle('jobs', command, 'nighty')
    expect([exit, problemsIn(stderr)]).toMatchObject([1, [{ code: 'job.unknown', hint: 'did you mean "nightly"?' }]])
  }
  site.write({
    'site.yml': `name: here
groups: {}
schedule:
  a: { at: "0 25 * * *", timezone: Europe/Berln, run: drfit }
`,
  })
  for (const words of [['jobs'], ['jobs', 'next'], ['jobs', 'run', 'a'], ['jobs', 'log'], ['scheduler']]) {
    const { exit, stderr } = await site.fettle(...words)
    expect(exit).toBe(1)
    expect(problemsIn(stderr).map(({ at, hint }) => [at, hint])).toMatchObject([
      ['site.yml:4:12', expect.stringContaining('minute, hour')],
      ['site.yml:4:36', 'did you mean "Europe/Berlin"?'],
      ['site.yml:4:55', 'did you mean "drift"?'],
    ])
  }
  site.write({ 'site.yml': 'name: here\ngroups: {}\n' })
  expect(await site.fettle('jobs')).toMatchObject({ exit: 0, stderr: expect.stringContaining('schedule:') })
}, 180_000)
