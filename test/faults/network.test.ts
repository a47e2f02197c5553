import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { cut, freeze, heal, thaw } from '../../engine/lab/index.ts'
import { usePracticeHosts } from '../lab/harness.ts'
import { type Site, type Told, useSite } from '../lab/support/site.ts'
import { resultOf } from '../lab/support/told.ts'
import { mend, provision } from './support/again.ts'
import { passageTo } from './support/passage.ts'
import { report } from './support/report.ts'
import { server, visit } from './support/visitor.ts'

const lab = usePracticeHosts(['web1', 'web2', 'visitor'])
const webs = () => [lab.host('web1'), lab.host('web2')]
const names = ['web1', 'web2']

/** Longer than any host may be silent, and than that takes to be noticed. */
const deadline = 40_000

/** A site whose hosts serve a page, and a step that goes no further while /run/hold is there. */
const siteYml = (generation: number) =>
  JSON.stringify({
    name: 'network',
    groups: {
      web: {
        ...server,
        pieces: {
          commands: {
            wait: {
              script: `touch /run/begun; while [ -e /run/hold ]; do sleep 0.1; done; : >/srv/done-${generation}`,
              creates: `/srv/done-${generation}`,
            },
          },
          files: { '/etc/after': { content: `${generation}\n` } },
        },
      },
    },
  })

let site: Site
let generation = 0

beforeAll(async () => {
  site = await useSite({ siteYml: siteYml(generation), hosts: { web: webs() } })
  expect((await site.fettle(...provision)).exit).toBe(0)
})

afterEach(async () => {
  await heal(lab.options)
  await Promise.all(webs().map((host) => host.sh('rm -f /run/hold')))
})

/** A run that is in the middle of its step on both hosts, and visitors meanwhile. */
const begin = async () => {
  await Promise.all(names.map((name) => lab.host(name).sh('rm -f /run/begun; : >/run/hold')))
  await site.describe(siteYml(++generation))
  const visitor = await visit(lab.host('visitor'), ...webs())
  const ends = new Map<string, () => void>()
  const left = new Map(names.map((name) => [name, new Promise<void>((resolve) => ends.set(name, resolve))]))
  const run = site.start(provision, (event) => {
    if (event.type === 'host.done') ends.get(event.host)?.()
  })
  const begun = async () => Promise.all(names.map(async (name) => (await lab.host(name).sh('[ -e /run/begun ]')).exit))
  await expect.poll(begun, { timeout: 60_000 }).toEqual(names.map(() => 0))
  const since = performance.now()
  const ended = async (): Promise<{ told: Told; seconds: string }> => {
    const told = await run.told
    const duration = performance.now() - since
    expect(duration).toBeLessThan(deadline)
    return { told, seconds: `${(duration / 1000).toFixed(1)} s` }
  }
  /** Once the run is done with one host, the other one, which is in its step still, goes on. */
  const release = async (other: string, after: string) => {
    await Promise.race([left.get(after), run.told])
    await lab.host(other).sh('rm -f /run/hold')
  }
  return { visitor, ended, release }
}

const codes = (told: Told) => names.map((name) => resultOf(told, name)?.problem?.code)

test('the controller is cut off from all hosts: the run stops, and they go on serving', async () => {
  const { visitor, ended } = await begin()
  for (const name of names) await cut(name, 'controller', lab.options)
  const { told, seconds } = await ended()
  expect([told.exit, codes(told)]).toEqual([3, ['connection.lost', 'connection.lost']])
  await heal(lab.options)
  await Promise.all(webs().map((host) => host.sh('rm -f /run/hold')))
  const { S } = await mend(site, ...names)
  const W = await visitor.leave()
  expect(W).toMatch(/^0 of \d\d+/)
  report({
    row: 4,
    injected: 'every packet between the controller and all hosts dropped in the middle of a step',
    expected: 'the run stops by itself, hosts serve on',
    measured: { W, S, seen: `stopped after ${seconds}` },
  })
})

test('sshd is killed in the middle of a step: that host fails, the other one is finished', async () => {
  const { visitor, ended, release } = await begin()
  await lab.host('web1').sh('systemd-run -q --collect pkill -KILL sshd')
  await release('web2', 'web1')
  const { told, seconds } = await ended()
  expect([told.exit, codes(told)]).toEqual([3, ['connection.lost', undefined]])
  expect((await lab.host('web2').sh('cat /etc/after')).stdout).toBe(`${generation}\n`)
  await expect.poll(async () => (await lab.host('web1').sh('rm -f /run/hold')).exit, { timeout: 30_000 }).toBe(0)
  const { S } = await mend(site, ...names)
  const W = await visitor.leave()
  expect(W).toMatch(/^0 of \d\d+/)
  report({
    row: 9,
    injected: 'kill -9 of every sshd of a host in the middle of a step',
    expected: 'that host fails, the others are finished',
    measured: { W, S, seen: `failed after ${seconds}; the next run mends it` },
  })
})

test('a host freezes in the middle of a step: it is given up in time, the other one is finished', async () => {
  const { visitor, ended, release } = await begin()
  await visitor.leave()
  const others = await visit(lab.host('visitor'), lab.host('web2'))
  await freeze('web1', lab.options)
  const { told, seconds } = await release('web2', 'web1')
    .then(ended)
    .finally(() => thaw('web1', lab.options))
  const W = await others.leave()
  expect([told.exit, codes(told)]).toEqual([3, ['connection.lost', undefined]])
  expect((await lab.host('web2').sh('cat /etc/after')).stdout).toBe(`${generation}\n`)
  await lab.host('web1').sh('rm -f /run/hold')
  const { S } = await mend(site, ...names)
  expect(W).toMatch(/^0 of \d\d+/)
  report({
    row: 10,
    injected: 'a host frozen in the middle of a step',
    expected: 'given up in time, the others are finished; mended when it is back',
    measured: { W: `${W}, on the others`, S, seen: `given up after ${seconds}` },
  })
})

test('a large file is cut off in the middle: the old one stays', async () => {
  const web1 = lab.host('web1')
  const folder = await mkdtemp(join(tmpdir(), 'fettle-passage-'))
  const passage = await passageTo(web1, folder)
  onTestFinished(async () => {
    passage.close()
    await rm(folder, { recursive: true })
  })
  const look = async () => (await web1.sh('sha256sum /etc/large; stat -c "%i %Y" /etc/large; ls -A /etc')).stdout
  const large = (content: string) =>
    JSON.stringify({ name: 'network', groups: { web: { pieces: { files: { '/etc/large': { content } } } } } })
  const variables = { ansible_port: passage.port }
  const alone = await useSite({ siteYml: large('old\n'), hosts: { web: [passage.host] }, variables })
  expect((await alone.fettle(...provision)).exit).toBe(0)
  const before = await look()
  await alone.describe(large('x'.repeat(12_000_000)))
  passage.tearAfter(6_000_000)
  const told = await alone.fettle(...provision)
  expect([told.exit, resultOf(told, 'web1')?.problem?.code, passage.isTorn()]).toEqual([3, 'connection.lost', true])
  const connections = async () => (await web1.sh("ss -Htn state established 'sport = :22' | wc -l")).stdout
  await expect.poll(connections, { timeout: 30_000 }).toBe('1\n')
  expect(await look()).toBe(before)
  passage.tearAfter(null)
  await alone.describe(large('newer\n'))
  const { S } = await mend(alone, 'web1')
  report({
    row: 21,
    injected: 'a connection that ends after 6 MB of a file of 12 MB',
    expected: 'the old file byte-identical',
    measured: { S, seen: 'same sum, inode and time, nothing beside it' },
  })
})
