import { cp, readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1', 'web2'])
const host = (name: string) => lab.host(name)

const shop = fileURLToPath(new URL('../../../examples/shop', import.meta.url))
const told = `echo "$FETTLE_APP $FETTLE_VERSION $FETTLE_ENVIRONMENT $FETTLE_HOSTS" >>hooks.log`

const siteYml = JSON.stringify({
  name: 'life',
  groups: {
    all: { ufw: {} },
    web: {
      app: {
        apps: {
          shop: {
            ...{ command: 'node dist/main.js', packages: ['nodejs'], balancers: 'lb' },
            ...{ health: { path: '/readyz', release: 'X-Release' }, rollout: { canarySoak: 0, soak: 0, drain: 10 } },
            ...{ source: { folder: 'shop', build: 'npm run --silent build' }, environment: { BASKET_SECRET: 'known' } },
            hooks: {
              ...{ before: `echo before >>hooks.log; ${told}`, after: `echo after >>hooks.log; ${told}` },
              ...{
                hostBefore: 'pwd >>"$SHARED/hooks"; id -un >>"$SHARED/hooks"',
                hostAfter: 'echo "$RELEASE" >>"$SHARED/hooks"',
              },
            },
          },
        },
      },
    },
    lb: {
      haproxy: {
        frontends: { web: { port: 80, backend: 'shop' } },
        backends: { shop: { app: 'shop', balance: 'roundrobin' } },
      },
    },
  },
})

let site: Site
const done = async (...args: readonly string[]) => {
  const told = await site.fettle(...args)
  expectDone(told)
  return told.stdout
}
const ask = (balancer: string, path = '/') => fetch(`http://${host(balancer).address}${path}`)
const statuses = async () => [(await ask('lb1')).status, (await ask('lb2')).status]

/** Over a connection of its own, which no process of HAProxy from before a reload has. */
const whoAnswers = (): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: host('lb1').address, path: '/livez', agent: false }, ({ headers }) => {
      resolve(String(headers['x-served-by'] ?? '?'))
    }).on('error', reject)
  })

/** Who answers through a balancer, of many requests. */
const answering = async (): Promise<string[]> =>
  [...new Set(await Promise.all(Array.from({ length: 16 }, whoAnswers)))].sort()

/** Where we come from, as practice hosts see it. */
const controller = () => host('lb1').address.replace(/\.\d+$/, '.1')

/** Which hosts of the group there are. */
const withHosts = async (...names: readonly string[]): Promise<void> => {
  const whole = await useSite({
    siteYml,
    hosts: { lb: [host('lb1'), host('lb2')], web: names.map(host) },
    variables: { fettle_management: [controller()], fettle_confirm_timeout: 20 },
  })
  if (site) await cp(join(whole.folder, 'inventory'), join(site.folder, 'inventory'), { recursive: true })
  else site = whole
}

beforeAll(async () => {
  await withHosts('web1')
  await cp(shop, join(site.folder, 'shop'), { recursive: true, filter: (path) => !path.endsWith('/dist') })
  await done('provision', '--yes')
  await done('deploy', '--version', 'v1', '--yes')
})

test('hooks run on the controller and on hosts, with what they need to know', async () => {
  expect(await readFile(join(site.folder, 'hooks.log'), 'utf8')).toBe(
    'before\nshop v1 lab web1\nafter\nshop v1 lab web1\n',
  )
  const { stdout } = await host('web1').sh('cat /srv/shop/shared/hooks')
  expect(stdout).toMatch(/^\/srv\/shop\/releases\/(v1-\w{12})\nshop\n\1\n$/)
})

test('a hook that fails before leaves everything as it is', async () => {
  const before = await done('releases')
  await site.describe(siteYml.replace('echo before', 'echo broken >&2; exit 7; echo before'))
  const told = await site.fettle('deploy', '--version', 'v2', '--yes')
  await site.describe(siteYml)
  expect(told.exit).toBe(1)
  expect(told.stderr).toMatch(/error\[hook\.failed\]: the hook before the rollout failed with exit status 7/)
  expect(told.stderr).toContain('broken')
  expect(await done('releases')).toBe(before)
})

describe('maintenance', () => {
  test('is on for every balancer, through reloads and restarts, and off again', async () => {
    expect(await statuses()).toEqual([200, 200])
    expect(await done('maintenance', 'on', 'shop')).toBe('shop is in maintenance on lb1, lb2\n')
    expect(await statuses()).toEqual([503, 503])
    const answer = await ask('lb1', '/products/kettle')
    expect([answer.headers.get('retry-after'), await answer.text()]).toEqual([
      '120',
      expect.stringContaining('back soon'),
    ])
    await host('lb1').sh('systemctl reload haproxy')
    await host('lb2').sh('systemctl restart haproxy')
    await expect.poll(statuses, { timeout: 10_000 }).toEqual([503, 503])
    const provisioned = await site.fettle('provision', '--yes', '--json')
    expect(deedsOf(provisioned, 'lb1')).toEqual(nothing)
    await done('maintenance', 'off')
    await expect.poll(statuses, { timeout: 10_000 }).toEqual([200, 200])
  })

  test('lets those through that may', async () => {
    const allow = `haproxy.maintenance.allow=["${controller()}"]`
    await done('provision', '--yes', '--set', allow)
    await done('maintenance', 'on')
    expect(await statuses()).toEqual([200, 200])
    expect(
      (
        await host('web1').sh(
          `bash -c 'exec 3<>/dev/tcp/${host('lb1').address}/80; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; head -1 <&3'`,
        )
      ).stdout,
    ).toContain('503')
    await done('maintenance', 'off')
    await done('provision', '--yes')
  })

  test('is on or off', async () => {
    const told = await site.fettle('maintenance', 'perhaps')
    expect([told.exit, told.stderr]).toEqual([64, expect.stringContaining('error[usage]: maintenance is on or off')])
  })
})

describe('a host that is added to the group', () => {
  test('is prepared, let in by firewalls and balancers, and brought the release; the other one is left alone', async () => {
    await withHosts('web1', 'web2')
    await done('provision', '--yes')
    expect(await answering()).toEqual(['web1'])
    const pid = () => host('web1').sh('systemctl show -p MainPID --value shop@3000 shop@3001')
    const before = (await pid()).stdout
    await done('deploy', '--version', 'v1', '--yes')
    expect((await pid()).stdout).toBe(before)
    // HAProxy gives a new server its share little by little.
    await expect.poll(answering, { timeout: 20_000 }).toEqual(['web1', 'web2'])
    expect(await done('firewall', '--verify')).toContain('came out as described')
  })

  test('gets no requests any more once it has left', async () => {
    await withHosts('web1')
    await done('provision', '--yes')
    expect(await answering()).toEqual(['web1'])
  })
})
