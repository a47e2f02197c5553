import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { expectDone } from '../support/told.ts'
import { ask } from './ask.ts'

const lab = usePracticeHosts(['lb1', { name: 'lb2', release: 'trixie' }, 'web1', 'web2'])
const address = (name: string) => lab.host(name).address

/** `/slow.txt` takes eight seconds. */
const content = { 'index.html': 'docs', 'slow.txt': 'slow '.repeat(1600) }
const docs = { port: 8080, default: true, servedBy: true, root: '/srv/www/docs', content }

const siteYml = JSON.stringify({
  name: 'edge',
  groups: {
    web: { nginx: { sites: { docs: { ...docs, snippet: 'location = /slow.txt { limit_rate 1000; }' } } } },
    lb: {
      haproxy: {
        slowStart: '2s',
        frontends: { web: { backend: 'docs', routes: [{ paths: ['/again'], backend: 'again' }] } },
        backends: { docs: { group: 'web', port: 8080, balance: 'roundrobin' }, again: { group: 'web', port: 8080 } },
      },
    },
  },
})

let site: Site
const lb = (...args: readonly string[]) => site.fettle('lb', ...args)

beforeAll(async () => {
  site = await useSite({
    siteYml,
    hosts: { lb: [lab.host('lb1'), lab.host('lb2')], web: [lab.host('web1'), lab.host('web2')] },
  })
  expectDone(await site.fettle('provision', '--yes'))
}, 900_000)

/** Who answers at both balancers, asked often enough that everybody does who may. */
const servers = async (): Promise<readonly string[]> => {
  const answers = await Promise.all(
    ['lb1', 'lb2'].flatMap((name) => Array.from({ length: 8 }, () => ask(address(name)))),
  )
  return [...new Set(answers.map(({ headers }) => String(headers['x-served-by'])))].sort()
}

/** What `lb status` says of a server, on each balancer: `lb1 docs/web1 MAINT`. */
const seatsOf = async (server: string): Promise<readonly string[]> => {
  const { stdout } = await lb('status', '--json')
  const line = stdout.split('\n').find((each) => each.includes('"balancers"')) ?? '{}'
  const { views } = JSON.parse(line) as {
    views: { balancer: string; seats: { backend: string; server: string; status: string; current: boolean }[] }[]
  }
  return views.flatMap(({ balancer, seats }) =>
    seats
      .filter((seat) => seat.server === server && seat.current)
      .map(({ backend, status }) => `${balancer} ${backend}/${server} ${status.split(' ')[0]}`),
  )
}

/** One that returns gets its full share only by and by. */
const bothServe = () => expect.poll(servers, { timeout: 20_000 }).toEqual(['web1', 'web2'])

const everywhere = (server: string, status: string) =>
  ['lb1', 'lb2'].flatMap((name) => ['docs', 'again'].map((backend) => `${name} ${backend}/${server} ${status}`))

const refused = ({ exit, stderr }: Told) => [exit, stderr]

describe('a host', () => {
  test('gets no requests on any balancer once it is drained, and lb status says so', async () => {
    expect(await servers()).toEqual(['web1', 'web2'])
    const told = await lb('drain', 'web2', '--yes')
    expectDone(told)
    expect(told.stdout).toContain('web2 gets no requests any more, on lb1, lb2')
    expect(await servers()).toEqual(['web1'])
    expect(await seatsOf('web2')).toEqual(everywhere('web2', 'MAINT'))
    expect((await lb('status')).stdout).toMatch(/web2 +MAINT.*MAINT/)
  })

  test('stays so when it is drained again, over reloads, and when balancers are changed', async () => {
    expectDone(await lb('drain', 'web2', '--yes'))
    for (const name of ['lb1', 'lb2']) await does(lab.host(name), 'systemctl reload haproxy')
    await site.describe(siteYml.replace('"frontends"', '"timeouts":{"queue":"11s"},"frontends"'))
    expectDone(await site.fettle('provision', '--yes', '-l', 'lb'))
    expect(await seatsOf('web2')).toEqual(everywhere('web2', 'MAINT'))
    expect(await servers()).toEqual(['web1'])
  })

  test('gets them again when it is ready', async () => {
    expectDone(await lb('ready', 'web2', '--yes'))
    expect(await seatsOf('web2')).toEqual(everywhere('web2', 'UP'))
    await bothServe()
    expectDone(await lb('ready', 'web2', '--yes'))
  })

  test('does not while it is not healthy, and that is said', async () => {
    expectDone(await lb('drain', 'web2', '--yes'))
    await does(lab.host('web2'), 'systemctl stop nginx')
    expect(refused(await lb('ready', 'web2', '--yes'))).toEqual([
      1,
      expect.stringContaining('a balancer does not find it healthy'),
    ])
    expect(await servers()).toEqual(['web1'])
    await does(lab.host('web2'), 'systemctl start nginx')
    expectDone(await lb('ready', 'web2', '--yes'))
    await bothServe()
  })
})

test('whoever does not agree changes nothing', async () => {
  expect((await lb('drain', 'web2')).exit).not.toBe(0)
  expect(await seatsOf('web2')).toEqual(everywhere('web2', 'UP'))
})

test('a name that no balancer knows', async () => {
  expect(refused(await lb('drain', 'web3', '--yes'))).toEqual([
    1,
    expect.stringMatching(/sends requests to "web3".*did you mean "web/s),
  ])
  expect(refused(await lb('ready', 'nginx', '--yes'))).toEqual([
    1,
    expect.stringContaining('the servers are: web1, web2'),
  ])
})

test('a server that is still busy when the time is up is out all the same, and its answers are not cut', async () => {
  await bothServe()
  const slow = Promise.all(Array.from({ length: 10 }, () => ask(address('lb1'), '/slow.txt')))
  await expect.poll(async () => (await lb('status')).stdout, { timeout: 10_000 }).toMatch(/web2 +UP, [1-9]/)
  expect(refused(await lb('drain', 'web2', '--timeout', '1', '--yes'))).toEqual([
    1,
    expect.stringMatching(/web2 still had [1-9] requests? to answer after 1 s.*--timeout gives it longer/s),
  ])
  expect(await servers()).toEqual(['web1'])
  expect((await slow).map(({ status, body }) => [status, body.length])).toEqual(Array(10).fill([200, 8000]))
  expectDone(await lb('ready', 'web2', '--yes'))
})

test('one that is given the time waits for its answers', async () => {
  await bothServe()
  const slow = Promise.all(Array.from({ length: 10 }, () => ask(address('lb2'), '/slow.txt')))
  await expect.poll(async () => (await lb('status')).stdout, { timeout: 10_000 }).toMatch(/web2 .*UP, [1-9]/)
  expectDone(await lb('drain', 'web2', '--yes'))
  expect((await slow).map(({ status }) => status)).toEqual(Array(10).fill(200))
  expectDone(await lb('ready', 'web2', '--yes'))
})

test('a balancer that lets nobody in: nothing is changed on the other one', async () => {
  await does(lab.host('lb2'), 'systemctl stop ssh.socket ssh 2>/dev/null; systemctl is-active ssh || :')
  const told = await lb('drain', 'web2', '--yes')
  expect(told.exit).not.toBe(0)
  expect(told.stderr).toContain('lb2')
  await bothServe()
})
