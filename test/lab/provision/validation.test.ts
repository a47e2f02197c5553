import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { mainPids, type Snapshot, snapshot } from '../support/snapshot.ts'
import { deedsOf, nothing, resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['web1'])
const host = () => lab.host('web1')
const services = ['nginx.service', 'haproxy.service']
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc ada'

const shop = { default: true, port: 8080, root: '/srv/www/shop', content: { 'index.html': 'hello\n' } }
const pay = { port: 8080, serverNames: ['pay.example'], upstream: ['127.0.0.1:9000'] }

const siteYml = ({ sites = { shop, pay } as object, users = { ada: { keys: [key], sudo: true } } as object }) =>
  JSON.stringify({
    name: 'validation',
    groups: {
      web: {
        base: { packages: ['less'], securityUpgrades: { enabled: false }, users },
        nginx: { sites },
        haproxy: {
          frontends: { web: { backend: 'shop' } },
          backends: { shop: { group: 'web', port: 8080 } },
        },
      },
    },
  })

let site: Site
let sound: Snapshot
let pids: Readonly<Record<string, number>>
const provision = () => site.fettle('provision', '--yes', '--json')

beforeAll(async () => {
  site = await useSite({ siteYml: siteYml({}), hosts: { web: [host()] } })
  expect(deedsOf(await provision(), 'web1')).toMatchObject({ exit: 0, owed: [] })
  sound = await snapshot(host())
  pids = await mainPids(host(), services)
})

/** Through HAProxy. */
const homePage = async () => (await fetch(`http://${host().address}/`)).text()

/** Nothing was placed, nothing is owed, everything serves as before, and no trace of the trial is left. */
const expectUntouched = async () => {
  expect(await snapshot(host())).toEqual(sound)
  expect(await mainPids(host(), services)).toEqual(pids)
  expect(await homePage()).toBe('hello\n')
  expect((await host().sh('grep fettle-stage /proc/mounts; ls -A /run/fettle-stage')).stdout).toBe('')
}

const expectRefused = async (words: RegExp) => {
  const told = await provision()
  expect(deedsOf(told, 'web1')).toEqual({ ...nothing, exit: 3 })
  const problem = resultOf(told, 'web1')?.problem
  expect(problem).toMatchObject({ code: 'validation.failed', detail: expect.stringMatching(words) })
  const { stdout, stderr } = await site.fettle('provision', '--yes')
  expect(stdout + stderr).toMatch(words)
  await expectUntouched()
}

describe('what would not be valid is not placed', () => {
  test('an nginx snippet', async () => {
    const broken = { ...shop, content: { 'index.html': 'hello\n' }, snippet: 'no_such_directive on;' }
    await site.describe(siteYml({ sites: { shop: broken, pay } }))
    await expectRefused(/unknown directive "no_such_directive" in \/etc\/nginx\/sites-enabled\/shop\.conf:\d+/)
  })

  test('an nginx site that is good, beside one that is not', async () => {
    const broken = { ...pay, snippet: '}' }
    await site.describe(siteYml({ sites: { blog: { ...shop, default: false }, shop, pay: broken } }))
    await expectRefused(/unexpected "}" in \/etc\/nginx\/sites-enabled\/pay\.conf/)
  })

  test('an nginx site that needs another one, which leaves', async () => {
    const needing = { ...shop, snippet: 'location /pay { proxy_pass http://pay; }' }
    await site.describe(siteYml({ sites: { shop: needing, pay } }))
    expect(deedsOf(await provision(), 'web1')).toMatchObject({ exit: 0, reacted: ['reload nginx.service'] })
    sound = await snapshot(host())
    await site.describe(siteYml({ sites: { shop: needing } }))
    await expectRefused(/host not found in upstream "pay"/)
  })

  test('a haproxy frontend of the site’s own template, whose backend nobody knows', async () => {
    const needing = { ...shop, snippet: 'location /pay { proxy_pass http://pay; }' }
    await site.describe(siteYml({ sites: { shop: needing, pay } }))
    const template = join(site.folder, 'templates/haproxy')
    await mkdir(template, { recursive: true })
    await writeFile(join(template, 'haproxy.cfg'), 'frontend web\n  bind :80\n  default_backend nowhere\n')
    await expectRefused(/unable to find required default_backend: 'nowhere'/)
    await rm(template, { recursive: true })
  })

  test('sudoers', async () => {
    const template = join(site.folder, 'templates/base')
    await mkdir(template, { recursive: true })
    await writeFile(join(template, 'sudoers'), '{{ administrators[0] }} ALL=(ALL:ALL NOPASSWD: ALL\n')
    await expectRefused(/\/etc\/sudoers\.d\/50-fettle:1.*syntax error/s)
    await rm(template, { recursive: true })
  })
})

test('a whole that is valid is placed, whatever its parts would be alone', async () => {
  const { default: _, ...store } = shop
  await site.describe(siteYml({ sites: { store: { ...store, default: true } } }))
  const told = await provision()
  expect(resultOf(told, 'web1')?.problem).toBeUndefined()
  expect(deedsOf(told, 'web1')).toEqual({
    ...nothing,
    changed: [
      'file:/etc/nginx/sites-enabled/pay.conf',
      'file:/etc/nginx/sites-enabled/shop.conf',
      'file:/etc/nginx/sites-enabled/store.conf',
    ],
    reacted: ['reload nginx.service'],
  })
  expect(await mainPids(host(), services)).toEqual(pids)
  expect(await homePage()).toBe('hello\n')
})
