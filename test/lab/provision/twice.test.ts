import { beforeAll, expect, test } from 'vitest'
import { usePracticeHosts } from '../harness.ts'
import { type Site, type Told, useSite } from '../support/site.ts'
import { mainPids } from '../support/snapshot.ts'
import { type Deeds, deedsOf, nothing, planOf, resultOf } from '../support/told.ts'

const lab = usePracticeHosts(['lb1', 'web1', { name: 'web2', release: 'trixie' }])
const names = ['lb1', 'web1', 'web2']

const siteYml = `
name: twice
groups:
  all:
    base:
      timezone: Europe/Berlin
      users:
        ada:
          keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0p8gB0o7vJ0o6Zk0bqFvFfD1M2p5n8Kk3Xr9cZ0aBc ada@laptop]
          sudo: true
  web:
    nginx:
      trustedProxies: lb
      sites:
        shop: { default: true, root: /srv/www/shop, servedBy: true, content: { index.html: "hello\\n" } }
    counter: {}
  lb:
    haproxy:
      frontends: { web: { port: 80, backend: shop } }
      backends: { shop: { group: web, balance: roundrobin } }
`

let site: Site

const pids = async () => {
  const services = ['systemd-journald', 'nginx', 'haproxy', 'counter', 'ssh'].map((name) => `${name}.service`)
  return Promise.all(names.map((name) => mainPids(lab.host(name), services)))
}

/** What the plan said before anything was done. */
const announced = (told: Told, name: string): Deeds => {
  const { changes, reactions } = planOf(told, name)
  return {
    ...nothing,
    changed: changes.map(({ key }) => key).sort(),
    reacted: reactions.map(({ asks, unit }) => `${asks} ${unit}`).sort(),
  }
}

/** Who answers through HAProxy, and what. */
const answers = async () => {
  const served = async () => {
    const response = await fetch(`http://${lab.host('lb1').address}/`)
    return `${response.headers.get('x-served-by')} ${await response.text()}`
  }
  return [...new Set(await Promise.all(Array.from({ length: 8 }, served)))].sort()
}

beforeAll(async () => {
  site = await useSite({ siteYml, hosts: { lb: [lab.host('lb1')], web: [lab.host('web1'), lab.host('web2')] } })
})

test('bare hosts become a load-balanced website, by what the plan announced', async () => {
  const told = await site.fettle('provision', '--yes', '--json')
  expect(names.map((name) => resultOf(told, name))).toMatchObject(names.map(() => ({ outcome: 'changed', owed: [] })))
  expect(told.exit).toBe(0)
  for (const name of names) expect(deedsOf(told, name)).toEqual(announced(told, name))
  // HAProxy lets a server that has just appeared take part little by little.
  await expect.poll(answers, { timeout: 30_000 }).toEqual(['web1 hello\n', 'web2 hello\n'])
})

test('the same run again changes nothing', async () => {
  const before = await pids()
  const told = await site.fettle('provision', '--yes', '--json')
  expect(names.map((name) => deedsOf(told, name))).toEqual([nothing, nothing, nothing])
  expect(told.events.map(({ type }) => type)).not.toContain('step.intended')
  expect(await pids()).toEqual(before)
  const [lb, ...webs] = before
  expect(lb).toMatchObject({ 'haproxy.service': expect.toSatisfy((pid: number) => pid > 1) })
  expect(webs.every((web) => (web['nginx.service'] ?? 0) > 1 && (web['counter.service'] ?? 0) > 1)).toBe(true)
})

test('a plan says that there is nothing to do', async () => {
  const { exit, stdout } = await site.fettle('plan')
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/nothing to do/i) })
})
