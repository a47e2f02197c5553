import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { startPostgres } from '../contract/support/postgres.ts'
import { httpSink, smtpSink } from '../contract/support/sinks.ts'
import { problemsIn } from './support/problems.ts'
import { startScheduler, type Told } from './support/scheduler.ts'
import { makeSite } from './support/site.ts'

const server = await startPostgres()
afterAll(() => server.stop())

const inventory = 'web:\n  hosts:\n    web1: { ansible_connection: local, ansible_become: false }\n'

/** A site of this machine with these jobs. */
const siteWith = (jobs: string) =>
  makeSite({ 'site.yml': `name: here\ngroups: { web: {} }\nschedule:\n${jobs}`, 'inventory/test.yml': inventory })

const script = (text: string): string => `exec -l web1 -- sh -c '${text}'`

const linesOf = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []

const isThere = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** The processes of jobs that a scheduler has started. */
const jobsOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '' && isThere(Number(child)))
    .filter((child) => readFileSync(`/proc/${child}/environ`, 'utf8').includes('FETTLE_JOB='))
    .map(Number)

const eventually = <Result>(look: () => Result) => vi.waitFor(look, { timeout: 120_000, interval: 100 })

const of = (type: string, job?: string) => (told: Told) => told.type === type && (!job || told.run?.job === job)

describe('two schedulers over one memory', () => {
  test('start each firing once between them', async () => {
    const site = siteWith('')
    const marks = join(site.folder, 'fired')
    site.write({
      'site.yml': `name: here\ngroups: { web: {} }\nschedule:\n  often: { at: "* * * * * *", run: "${script(`date >>${marks}`)}" }\n`,
    })
    const env = { DATABASE_URL: server.freshUrl() }
    const both = await Promise.all([1, 2].map(() => startScheduler(site.folder, [], env)))
    await eventually(() => expect(linesOf(marks).length).toBeGreaterThan(12))
    for (const each of both) each.signal('SIGTERM')
    expect((await Promise.all(both.map(({ ended }) => ended))).map(({ exit, stderr }) => [exit, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    const started = both.flatMap(({ told }) => told.filter(of('job.started')))
    const firings = started.map(({ run }) => `${run?.scheduled} ${run?.attempt}`)
    expect(new Set(firings).size).toBe(firings.length)
    expect(linesOf(marks).length).toBe(firings.length)
    const fences = started.map(({ run }) => run?.fence ?? 0).sort((a, b) => a - b)
    expect(fences).toEqual(fences.map((_, index) => index + 1))
    const troubles = both.flatMap(({ told }) =>
      told.filter(({ type }) => ['trouble', 'job.lost', 'job.interrupted'].includes(type)),
    )
    expect(troubles).toEqual([])
  }, 300_000)

  test('one is killed within a job: the job ends with it and is told as interrupted, and the other goes on', async () => {
    const site = siteWith('')
    const marks = join(site.folder, 'pids')
    site.write({
      'site.yml': `name: here\ngroups: { web: {} }\nschedule:\n  long: { at: "*/2 * * * * *", run: "${script(`echo $$ >>${marks}; exec sleep 600`)}" }\n`,
    })
    const env = { DATABASE_URL: server.freshUrl() }
    const first = await startScheduler(site.folder, ['--lease', '3s'], env)
    const begun = await first.until(of('job.started', 'long'))
    const second = await startScheduler(site.folder, ['--lease', '3s'], env)
    const [pid] = await eventually(() => {
      expect(linesOf(marks)).toHaveLength(1)
      return linesOf(marks).map(Number)
    })
    first.signal('SIGKILL')
    await eventually(() => expect(isThere(pid ?? 0)).toBe(false))
    const interrupted = await second.until(of('job.interrupted', 'long'))
    expect(interrupted.run).toMatchObject({
      scheduled: begun.run?.scheduled,
      fence: begun.run?.fence,
      outcome: 'interrupted',
    })
    const next = await second.until(of('job.started', 'long'))
    expect(next.run?.fence).toBeGreaterThan(begun.run?.fence ?? 0)
    expect(Date.parse(next.run?.scheduled ?? '')).toBeGreaterThan(Date.parse(begun.run?.scheduled ?? ''))
  }, 300_000)

  test('one that slept and was taken for dead ends its job when it wakes up, and says nothing of it', async () => {
    const site = siteWith(`  long: { at: "*/2 * * * * *", run: "exec -l web1 -- sleep 600" }\n`)
    const env = { DATABASE_URL: server.freshUrl() }
    const first = await startScheduler(site.folder, ['--lease', '3s'], env)
    const begun = await first.until(of('job.started', 'long'))
    first.signal('SIGSTOP')
    const second = await startScheduler(site.folder, ['--lease', '3s'], env)
    await second.until(of('job.interrupted', 'long'))
    first.signal('SIGCONT')
    await first.until(of('job.lost', 'long'))
    const log = await site.fettleWith({ env }, 'jobs', 'log', 'long', '--json')
    const rows = log.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(rows.find(({ fence }) => fence === begun.run?.fence)).toMatchObject({ outcome: 'interrupted' })
    expect(first.told.filter(of('job.ended')).map(({ run }) => run?.fence)).not.toContain(begun.run?.fence)
  }, 300_000)
})

describe('SIGTERM', () => {
  test('waits for what is under way, and starts nothing more', async () => {
    const site = siteWith(`  slow: { at: "* * * * * *", run: "exec -l web1 -- sleep 3" }\n`)
    const scheduler = await startScheduler(site.folder)
    await scheduler.until(of('job.started'))
    scheduler.signal('SIGTERM')
    expect(await scheduler.ended).toMatchObject({ exit: 0 })
    expect(scheduler.told.map(({ type }) => type).filter((type) => type !== 'job.skipped')).toEqual([
      ...['scheduler.started', 'job.started', 'scheduler.stopping', 'job.ended', 'scheduler.stopped'],
    ])
    expect(scheduler.told.find(of('job.ended'))?.run).toMatchObject({ outcome: 'succeeded' })
  }, 300_000)

  test('ends what takes longer than it may, which is told as interrupted', async () => {
    const site = siteWith(`  slow: { at: "* * * * * *", run: "exec -l web1 -- sleep 600" }\n`)
    const scheduler = await startScheduler(site.folder, ['--grace', '1s'])
    await scheduler.until(of('job.started'))
    scheduler.signal('SIGTERM')
    expect(await scheduler.ended).toMatchObject({ exit: 0 })
    expect(scheduler.told.find(of('job.ended'))?.run).toMatchObject({ outcome: 'interrupted' })
  }, 300_000)
})

describe('what a job comes to', () => {
  test('a crash is seen, remembered, and begun anew', async () => {
    const site = siteWith(
      '  crash: { at: "*/30 * * * * *", retries: 1, retryAfter: 1s, run: exec -l web1 -- sleep 600 }\n',
    )
    const scheduler = await startScheduler(site.folder)
    await scheduler.until(of('job.started'))
    await eventually(() => {
      expect(jobsOf(scheduler.pid)).toHaveLength(1)
    })
    for (const pid of jobsOf(scheduler.pid)) process.kill(pid, 'SIGKILL')
    const first = await scheduler.until(of('job.ended'))
    expect(first.run).toMatchObject({ attempt: 1, outcome: 'failed', exit: null })
    await eventually(() => {
      expect(jobsOf(scheduler.pid)).toHaveLength(1)
    })
    for (const pid of jobsOf(scheduler.pid)) process.kill(pid, 'SIGKILL')
    const second = await scheduler.until((told) => told.type === 'job.ended' && told.run?.attempt === 2)
    expect(second.run).toMatchObject({ scheduled: first.run?.scheduled, outcome: 'failed' })
  }, 300_000)

  test('what takes too long is ended with all that it started', async () => {
    const site = siteWith('')
    const marks = join(site.folder, 'pids')
    site.write({
      'site.yml': `name: here\ngroups: { web: {} }\nschedule:\n  slow: { at: "*/30 * * * * *", timeout: 5s, run: "${script(`echo $$ >>${marks}; sleep 600 & echo $! >>${marks}; wait`)}" }\n`,
    })
    const scheduler = await startScheduler(site.folder)
    expect((await scheduler.until(of('job.ended'))).run).toMatchObject({ outcome: 'timed-out' })
    expect(linesOf(marks)).toHaveLength(2)
    await eventually(() => expect(linesOf(marks).map(Number).filter(isThere)).toEqual([]))
  }, 300_000)

  test('a run says which job it was, and the job which run', async () => {
    const site = siteWith(`  order: { at: "*/2 * * * * *", run: provision --yes }\n`)
    const scheduler = await startScheduler(site.folder)
    const { run } = await scheduler.until(of('job.ended'))
    expect(run).toMatchObject({ outcome: 'succeeded', exit: 0, output: expect.stringContaining('Nothing to do') })
    scheduler.signal('SIGTERM')
    await scheduler.ended
    const shown = await site.fettle('runs', '--json')
    expect(
      shown.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toContainEqual(expect.objectContaining({ run: run?.run, job: 'order' }))
  }, 300_000)
})

test('it tells whoever asks whether it goes on, and what is under way', async () => {
  const site = siteWith(`  slow: { at: "* * * * * *", run: "exec -l web1 -- sleep 600" }\n`)
  const scheduler = await startScheduler(site.folder, ['--listen', '127.0.0.1:39017', '--grace', '1s'])
  await scheduler.until(of('job.started'))
  await eventually(async () => {
    const response = await fetch('http://127.0.0.1:39017/healthz')
    expect([response.status, await response.json()]).toMatchObject([200, { running: ['slow'] }])
  })
  scheduler.signal('SIGTERM')
  expect(await scheduler.ended).toMatchObject({ exit: 0, stderr: '' })
}, 300_000)

test('site.yml is read again when it has changed, and one with mistakes leaves the former one', async () => {
  const site = siteWith(`  a: { at: "0 0 1 1 *", run: drift }\n`)
  const scheduler = await startScheduler(site.folder)
  site.write({ 'site.yml': 'name: here\ngroups: {}\nschedule: { b: { at: "61 * * * *", run: drift } }\n' })
  const trouble = await scheduler.until(of('trouble'))
  expect(trouble.problem).toMatchObject({ code: 'site.invalid', position: { line: 3, column: 22 } })
  site.write({ 'site.yml': 'name: here\ngroups: {}\nschedule: { b: { at: "* * * * * *", run: roles } }\n' })
  expect(await scheduler.until(of('scheduler.reread'))).toMatchObject({ jobs: ['b'] })
  expect((await scheduler.until(of('job.ended', 'b'))).run).toMatchObject({ outcome: 'succeeded' })
}, 300_000)

test('who is to be told is told of failure, recovery and absence, and their secrets are not', async () => {
  const [http, smtp] = await Promise.all([httpSink(), smtpSink()])
  const hook = `http://127.0.0.1:${http.port}/hushhush`
  const site = siteWith('')
  site.write({
    'job.sh': `echo asking ${hook}\ntest -e $(dirname $0)/good\n`,
    'site.yml': `name: here
groups: { web: {} }
schedule:
  often: { at: "*/3 * * * * *", run: "exec -l web1 -- sh ${site.folder}/job.sh", notify: [hook, letters, page] }
  never: { at: "0 0 1 1 *", run: drift, expect: 1s, notify: page }
notify:
  hook: { webhook: "env:HOOK" }
  letters: { mail: ops@example.com, from: fettle@example.com, server: "smtp://127.0.0.1:${smtp.port}" }
  page: { command: [sh, -c, "cat >>told"] }
`,
  })
  const scheduler = await startScheduler(site.folder, ['--lease', '4s'], {
    HOOK: hook,
    DATABASE_URL: server.freshUrl(),
  })
  const paged = () => linesOf(join(site.folder, 'told')).map((line) => JSON.parse(line).type)
  await eventually(() => expect(paged().sort()).toEqual(['job.absent', 'job.failed']))
  await scheduler.until((told) => told.type === 'job.ended' && told.run?.fence === 3)
  site.write({ good: '' })
  await eventually(() => expect([...paged()].sort()).toEqual(['job.absent', 'job.failed', 'job.recovered']))
  await eventually(() => expect([http.told.length, smtp.told.length]).toEqual([2, 2]))
  expect(http.told.map((each) => JSON.parse(each.replace('POST /hushhush ', '')).type)).toEqual([
    'job.failed',
    'job.recovered',
  ])
  expect(smtp.told.map((each) => /^Subject: (.*)$/m.exec(each)?.[1])).toEqual([
    ...['[here] job often failed with exit status 3', '[here] job often is well again'],
  ])
  const told = JSON.stringify([scheduler.told, http.told.map((each) => each.replace('POST /hushhush', '')), smtp.told])
  expect(told).toContain('asking (secret value)')
  expect(told).not.toContain('hushhush')
  for (const each of [http, smtp]) each.stop()
}, 300_000)

test('a channel whose secret is not there is told at once', async () => {
  const site = siteWith(
    '  a: { at: "0 0 1 1 *", run: drift, notify: ops }\nnotify: { ops: { webhook: "env:NO_HOOK" } }\n',
  )
  const { exit, stderr } = await site.fettle('scheduler')
  expect([exit, problemsIn(stderr)]).toMatchObject([
    1,
    [{ code: 'secret.missing', at: 'site.yml', message: 'notify: "ops": the environment has no NO_HOOK' }],
  ])
})
