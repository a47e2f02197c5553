import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { originOf } from '../../cli/origin.ts'
import type { Event } from '../../engine/core/event.ts'
import { takeLock } from '../../engine/store/database/lock.ts'
import { append, eventful, finished, linesOf, result, runName, started } from '../contract/support/journals.ts'
import { problemsIn } from './support/problems.ts'
import { openSession, plain } from './support/pty.ts'
import { makeSite, type Site } from './support/site.ts'

/** A site of this machine, of which nothing is described. */
const files = {
  'site.yml': 'name: here\ngroups:\n  web: {}\n',
  'inventory/test.yml': 'web:\n  hosts:\n    web1: { ansible_connection: local, ansible_become: false }\n',
  '.gitignore': '.fettle/\n',
}

const role = `
import { defineRole, directory, z } from 'fettle'
export default defineRole({
  name: 'own',
  summary: 'A folder.',
  settings: z.strictObject({}),
  resources: () => [directory.present({ path: '/var/lib/nobody-makes-this' })],
})
`

const journals = ({ folder }: Site): string => join(folder, '.fettle/runs')
const record = (site: Site, run: string, text: string): void => append(journals(site), run, text)
const runsIn = async (site: Site) => {
  const { stdout } = await site.fettle('runs', '--json')
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

describe('a run', () => {
  test('is remembered with who, where, what, which revision, when and how it came out', async () => {
    const site = makeSite(files)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=ada', '-c', 'user.email=a@b', ...args], { cwd: site.folder }).toString()
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '--message', 'A site')
    const before = Date.now()
    expect(await site.fettle('provision', '--yes')).toMatchObject({ exit: 0 })
    site.write({ 'site.yml': `${files['site.yml']}# changed\n` })
    expect(await site.fettle('provision', '--yes', '--limit', 'web1')).toMatchObject({ exit: 0 })
    const [second, first] = await runsIn(site)
    const same = { who: userInfo().username, machine: hostname(), site: 'here', environment: 'test', hosts: ['web1'] }
    const revision = git('rev-parse', 'HEAD').trim()
    const came = { outcomes: { unchanged: 1 }, problems: null, state: 'ended', revision }
    expect(first).toMatchObject({ ...same, ...came, command: 'provision --yes', dirty: false })
    expect(second).toMatchObject({ ...same, ...came, command: 'provision --yes --limit web1', dirty: true })
    expect(Date.parse(first.started)).toBeGreaterThanOrEqual(before)
    const shown = await site.fettle('runs', 'show', first.run, '-v')
    expect(shown.stdout).toMatch(/^web1 +Debian/m)
  })

  test('never opens the store, and does not mind what is in its place', async () => {
    const site = makeSite({ ...files, '.fettle/store': 'no folder' })
    const options = { env: { DATABASE_URL: 'postgresql://nobody:hushhush@127.0.0.1:1/none' } }
    expect(await site.fettleWith(options, 'provision', '--yes')).toMatchObject({ exit: 0, stderr: '' })
  })

  test('that ended before its hosts did says why', async () => {
    const described = { 'site.yml': 'name: here\ngroups:\n  web: { own: {} }\n', 'roles/own/index.ts': role }
    const site = makeSite({ ...files, ...described })
    expect((await site.fettle('provision')).exit).toBe(64)
    const [run] = await runsIn(site)
    expect(run).toMatchObject({ state: 'stopped', problems: [{ code: 'usage' }], outcomes: {} })
    const shown = await site.fettle('runs', 'show', run.run)
    expect(problemsIn(shown.stdout)).toMatchObject([{ code: 'usage' }])
    expect(shown.stdout).toContain('Planned, and not done:')
    expect(shown.stdout).toContain('no end recorded: web1')
  })

  test('without an end is running, interrupted, or not to be known', async () => {
    const site = makeSite(files)
    const by = originOf()
    const gone = { ...by, process: { ...by.process, began: 'long ago' } }
    record(site, runName(1), linesOf([started({ by })]))
    const step = { host: 'web1', key: 'apt:nginx' }
    const steps: Event[] = [
      { type: 'step.intended', ...step, title: 'update' },
      { type: 'step.done', ...step, title: 'update', duration: 1 },
      { type: 'step.intended', ...step, title: 'install nginx' },
    ]
    record(site, runName(2), linesOf([started({ by: gone }), ...steps]))
    record(site, runName(3), linesOf([started({ by: { ...by, from: 'elsewhere' } })]))
    expect((await runsIn(site)).map(({ state }) => state)).toEqual(['unknown', 'interrupted', 'running'])
    const { stdout } = await site.fettle('runs')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/)[4])).toEqual([
      ...['no end known', 'interrupted', 'running', undefined],
    ])
    const shown = await site.fettle('runs', 'show', runName(2))
    expect(shown.stdout).toMatch(/^Begun, and no end recorded\n {2}web1: install nginx \(apt:nginx\)\n\n/m)
    expect(shown.stdout).not.toContain('update')
  })
})

describe('what is shown of a run', () => {
  const hostile = '<script>alert("x")</script> \u001b[31m & \'more\''
  const siteWith = () => {
    const site = makeSite(files)
    const events = [...eventful(), { type: 'warning' as const, message: hostile }]
    record(site, runName(1), linesOf(events))
    record(site, runName(2), linesOf([started(), finished(result('web1'))]))
    return site
  }

  test('for people', async () => {
    const { stdout, exit } = await siteWith().fettle('runs', 'show', '20260101T000001')
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^by +ada@laptop\ncommand +fettle provision --yes\nsite +shop, lab: 6 hosts$/m)
    expect(stdout).toMatch(/^revision +aaaaaaaaaaaa, and changes that are in no commit$/m)
    expect(stdout).toMatch(
      /^ {4}~ file:\/etc\/haproxy\/haproxy.cfg +lb1\n {6}@@ line 1 @@\n {6}-maxconn 1000\n {6}\+maxconn 5000$/m,
    )
    expect(stdout).toContain('  web1: shop v2-0123456789ab live')
    expect(problemsIn(stdout)).toMatchObject([{ code: 'host.unreachable' }, { code: 'step.failed', host: 'web3' }])
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^6 hosts: 3 changed, 1 in order, 1 unreachable .*, 83 s$|1 min/,
    )
    expect(stdout).not.toContain('\u001b')
  })

  test('as a page, in which nothing of it is markup', async () => {
    const site = siteWith()
    const { exit } = await site.fettle('runs', 'export', runName(1), '--html', 'run.html')
    expect(exit).toBe(0)
    const page = readFileSync(join(site.folder, 'run.html'), 'utf8')
    expect(statSync(join(site.folder, 'run.html')).mode & 0o777).toBe(0o600)
    expect(page).toContain('<span class="added">+maxconn 5000</span>')
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; ^[[31m &amp; &#39;more&#39;')
    expect(page).not.toMatch(/<script|https?:\/\/(?!mirror\.example)|src=|<link/)
    expect(page).not.toContain('\u001b')
    const open = [...page.matchAll(/<(\w+)[^>]*>/g)].map(([, name]) => name).filter((name) => name !== 'meta')
    const closed = [...page.matchAll(/<\/(\w+)>/g)].map(([, name]) => name)
    expect(closed.sort()).toEqual(open.sort())
  })

  test('for programs', async () => {
    const { stdout } = await siteWith().fettle('runs', 'show', runName(1), '--json')
    const { run, resources, state } = JSON.parse(stdout)
    expect([run.run, state, resources.length]).toEqual([runName(1), 'ended', 13])
  })

  test('a run that there is not is an error', async () => {
    const { exit, stderr } = await siteWith().fettle('runs', 'show', '1999')
    expect([exit, problemsIn(stderr)]).toEqual([
      1,
      [{ code: 'run.unknown', message: 'no run is called "1999"', hint: 'fettle runs lists them' }],
    ])
  })
})

describe('the memory', () => {
  test('is limited to what is wanted, and forgets what is not to be kept', async () => {
    const site = makeSite(files)
    for (const number of [1, 2, 3]) record(site, runName(number), linesOf([started(), finished(result('web1'))]))
    const lines = async (...args: string[]) => (await site.fettle('runs', ...args)).stdout.trim().split('\n').length
    expect([await lines(), await lines('--limit', '2')]).toEqual([3, 2])
    expect((await site.fettle('runs', '--host', 'web2')).stderr).toBe('No run is remembered here.\n')
    expect((await site.fettle('runs', 'prune', '--keep', '30d')).exit).toBe(64)
    expect(await site.fettle('runs', 'prune', '--keep', '30d', '--yes')).toMatchObject({
      stdout: '2 runs forgotten.\n',
    })
    expect(readdirSync(journals(site))).toEqual([`${runName(3)}.ndjson`])
  })

  test('that is damaged is made anew from the journals', async () => {
    const site = makeSite(files)
    record(site, runName(1), linesOf(eventful()))
    const before = await runsIn(site)
    writeFileSync(join(site.folder, '.fettle/store/data/global/pg_control'), 'not any more')
    const { exit, stderr } = await site.fettle('runs')
    expect([exit, problemsIn(stderr)]).toMatchObject([1, [{ code: 'store.damaged' }]])
    expect(await site.fettle('runs', 'rebuild')).toMatchObject({ exit: 0, stdout: '1 run read from the journals.\n' })
    expect(await runsIn(site)).toEqual(before)
  })

  test('that somebody else has is waited for, and whose it is is said', async () => {
    const site = makeSite(files)
    record(site, runName(1), linesOf(eventful()))
    await runsIn(site)
    const release = await takeLock({ file: join(site.folder, '.fettle/store/lock'), holder: 'ada', patience: 1 })
    const session = openSession(site.folder, ['runs'])
    await expect.poll(() => plain(session.said()), { timeout: 20_000 }).toContain('waiting: ada has the memory of runs')
    release()
    const { exit, said } = await session.ended
    expect([exit, plain(said)]).toEqual([0, expect.stringContaining(runName(1))])
  })

  test('is of a site', async () => {
    const site = makeSite({ 'notes.txt': '' })
    expect(problemsIn((await site.fettle('runs')).stderr)).toMatchObject([{ code: 'site.missing' }])
    expect(existsSync(join(site.folder, '.fettle'))).toBe(false)
  })

  test.each([
    ['nobody answers', 'postgresql://nobody:hushhush@127.0.0.1:1/none'],
    ['it is no URL', 'postgresql://nobody:hushhush@[/none'],
  ])('says that a server does not let it in, and no password: %s', async (_, url) => {
    const { exit, stderr, stdout } = await makeSite(files).fettleWith({ env: { DATABASE_URL: url } }, 'runs')
    expect([exit, problemsIn(stderr)]).toMatchObject([1, [{ code: 'store.failed' }]])
    expect(stdout + stderr).not.toContain('hushhush')
  })
})
