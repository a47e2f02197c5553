import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freeze, reboot, thaw } from '../../../engine/lab/index.ts'
import { program } from '../../cli/support/run.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'

const lab = usePracticeHosts(['web1', 'web2'])
const sh = (name: string, script: string) => lab.host(name).sh(script)

const siteYml = JSON.stringify({
  name: 'watched',
  groups: { web: { counter: {}, pieces: { files: { '/etc/motd': { content: 'hello\n' } } } } },
})

/** What a look says of one thing or host, as `--json` has it. */
interface Line {
  readonly type: string
  readonly host: string
  readonly at: string
  readonly drift?: { readonly key: string; readonly mends: string; readonly because: readonly string[] }
  readonly since?: { readonly at: string; readonly by: string } | null
}

let site: Site
beforeAll(async () => {
  const hosts = { web: [lab.host('web1'), lab.host('web2')] }
  site = await useSite({ siteYml, hosts, variables: { fettle_connect_timeout: 10 } })
  expect((await site.fettle('provision', '--yes')).exit).toBe(0)
})

const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type !== 'version')

describe('one look', () => {
  test('at hosts in order says so', async () => {
    expect(await site.fettle('drift')).toMatchObject({ exit: 0, stdout: 'Drift: none on 2 hosts\n', stderr: '' })
    const { exit, stdout } = await site.fettle('drift', '--json')
    expect(linesOf(stdout)).toMatchObject(['web1', 'web2'].map((host) => ({ type: 'host.looked', host, drifts: 0 })))
    expect(exit).toBe(0)
  })

  test('says what is not as described, and when the host changed it last; nothing is changed', async () => {
    await sh('web1', 'echo mine >/etc/motd; touch -d 2001-01-01 /etc/motd')
    const [changed] = (await sh('web1', 'date -u -d "@$(stat -c %Z /etc/motd)" +%FT%T')).stdout.split('\n')
    const before = (await sh('web1', 'sha256sum /etc/motd /var/lib/fettle/manifest')).stdout
    const { exit, stdout } = await site.fettle('drift', '--json')
    expect(exit).toBe(2)
    expect(linesOf(stdout)[0]).toMatchObject({
      ...{ type: 'drift.found', host: 'web1' },
      drift: { key: 'file:/etc/motd', mends: 'change' },
      since: { at: expect.stringContaining(changed ?? 'a time'), by: 'changed' },
    })
    const { stdout: text } = await site.fettle('drift')
    expect(text).toMatch(
      /^Not as described\n {4}~ file:\/etc\/motd +web1\n(?: {6}.*\n)+ {6}changed last at [\d :-]+\n\nDrift: 1 of 2 hosts, 1 thing\n$/,
    )
    expect((await sh('web1', 'sha256sum /etc/motd /var/lib/fettle/manifest')).stdout).toBe(before)
    expect((await site.fettle('provision', '--yes')).exit).toBe(0)
  })

  test('at a host that lets nobody in is said to be none', async () => {
    await freeze('web2', lab.options)
    try {
      const { exit, stdout } = await site.fettle('drift')
      expect(exit).toBe(4)
      expect(stdout).toMatch(/^error\[timeout\] on web2: /)
      expect(stdout).toContain('Drift: none on 1 host; 1 host could not be looked at')
    } finally {
      await thaw('web2', lab.options)
    }
  })
})

const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** `fettle drift --watch` under way, and what it has said. */
const startWatch = () => {
  const { FETTLE_INVENTORY: _, ...env } = process.env
  const child = spawn(process.execPath, [program, 'drift', '--watch', '--every', '1s', '--json'], {
    cwd: site.folder,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const lines: Line[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(...linesOf(line)))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const news = () => lines.filter(({ type }) => type !== 'host.looked')
  const hear = (type: string, host: string, key?: string) =>
    expect
      .poll(() => news().filter((line) => line.type === type && line.host === host && line.drift?.key === key), {
        timeout: 60_000,
      })
      .toHaveLength(1)
  const looked = (host: string) => lines.filter((line) => line.type === 'host.looked' && line.host === host).length
  return { child, ended, news, hear, looked }
}

/** What Fettle keeps on a host, to the byte and the second. */
const records = "find /var/lib/fettle -type f -printf '%p %s %T@\\n' | sort"

test('watching tells what drifts, is mended, goes and comes back, and ends with the last look’s status', async () => {
  const before = (await sh('web1', records)).stdout
  const watching = startWatch()
  await expect.poll(() => watching.looked('web2'), { timeout: 60_000 }).toBeGreaterThan(1)
  expect(watching.news()).toEqual([])

  await sh('web1', 'systemctl stop counter')
  await watching.hear('drift.found', 'web1', 'service:counter.service')
  expect(watching.news()[0]?.since).toMatchObject({ by: 'in order' })

  await sh('web1', 'systemctl start counter')
  await watching.hear('drift.mended', 'web1', 'service:counter.service')

  // A connection that ends between two looks, with its host, is no news where the host is back in time.
  await reboot('web1', lab.options)
  const looks = watching.looked('web1')
  await expect.poll(() => watching.looked('web1'), { timeout: 60_000 }).toBeGreaterThan(looks + 1)

  await freeze('web2', lab.options)
  await watching.hear('host.gone', 'web2')
  await thaw('web2', lab.options)
  await watching.hear('host.back', 'web2')

  await sh('web2', 'echo mine >/etc/motd')
  await watching.hear('drift.found', 'web2', 'file:/etc/motd')
  watching.child.kill('SIGTERM')
  expect(await watching.ended).toBe(2)
  expect(
    watching
      .news()
      .filter(({ host }) => host === 'web2')
      .map(({ type }) => type),
  ).toEqual(['host.gone', 'host.back', 'drift.found'])
  expect((await sh('web1', records)).stdout).toBe(before)
})
