import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cut, freeze, healBetween, powerOff, start, thaw } from '../../../engine/lab/index.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { type Probed, startProbing } from './prober.ts'

const lab = usePracticeHosts(['lb1', 'lb2', 'web1'])

const siteYml = (address: string) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      lb: {
        haproxy: { frontends: { web: { backend: 'docs' } }, backends: { docs: { app: 'docs' } } },
        keepalived: { addresses: { www: { address: `${address}/24` } } },
      },
      web: { nginx: {}, static: { apps: { docs: { balancers: 'lb', source: { folder: 'docs' } } } } },
    },
  })

let site: Site
const www = () => lab.host('lb1').address.replace(/\d+$/, '200')
const status = async () => {
  const told = await site.fettle('lb', 'status', '--json')
  const line = told.stdout.split('\n').find((each) => each.includes('"balancers"')) ?? '{}'
  const [address] = JSON.parse(line).addresses
  return address as {
    readonly members: readonly { readonly host: string; readonly standing: string }[]
    readonly troubles: readonly string[]
  }
}
const holders = async () =>
  (await status()).members.filter(({ standing }) => standing === 'has it').map(({ host }) => host)
const other = (host: string) => (host === 'lb1' ? 'lb2' : 'lb1')
const settled = () => expect.poll(async () => (await status()).troubles, { timeout: 60_000 }).toEqual([])

/** For how long nobody answers at the address while something happens, until `end` holds. */
const during = async (what: string, happens: () => Promise<unknown>, end: () => Promise<void>): Promise<Probed> => {
  const probing = startProbing(`http://${www()}/`)
  let probed: Probed
  try {
    await happens()
    await end()
    await probing.answered()
  } finally {
    probed = await probing.stop()
  }
  process.stderr.write(`| ${what} | ${probed.asked} | ${probed.failed} | ${probed.gap} ms |\n`)
  return probed
}

beforeAll(async () => {
  site = await useSite({
    siteYml: siteYml(www()),
    hosts: { lb: [lab.host('lb1'), lab.host('lb2')], web: [lab.host('web1')] },
    variables: { fettle_management: [managementOf(lab.host('lb1'))] },
  })
  await mkdir(join(site.folder, 'docs'))
  await writeFile(join(site.folder, 'docs/index.html'), '<!doctype html><title>docs</title>')
  expectDone(await site.fettle('provision', '--yes'))
  expectDone(await site.fettle('deploy', 'docs', '--version', 'v1', '--yes'))
}, 900_000)

test('one has the address and the other one is ready, also through their firewalls; there is nothing more to do', async () => {
  await settled()
  const [holder, ...more] = await holders()
  expect([holder, more]).toEqual([expect.stringMatching(/^lb[12]$/), []])
  expect((await fetch(`http://${www()}/`)).status).toBe(200)
  const told = await site.fettle('provision', '--yes', '--json')
  for (const host of ['lb1', 'lb2']) expect(deedsOf(told, host)).toEqual(nothing)
})

test('it moves when it is told to, and stays there', async () => {
  const [holder = ''] = await holders()
  await during(
    'lb move',
    async () => expectDone(await site.fettle('lb', 'move', '--yes')),
    async () => expect(await holders()).toEqual([other(holder)]),
  )
  expect((await status()).troubles).toEqual([])
  expectDone(await site.fettle('lb', 'move', 'www', '--to', other(holder), '--yes'))
})

test('HAProxy that does not come back: it moves once', async () => {
  const [holder = ''] = await holders()
  await during(
    'HAProxy stopped on its holder',
    () => lab.host(holder).sh('systemctl stop haproxy'),
    () => expect.poll(holders, { timeout: 15_000 }).toEqual([other(holder)]),
  )
  expect((await status()).troubles).toEqual([`${holder} would not take www over: HAProxy does not serve there`])
  const refused = await site.fettle('lb', 'move', '--yes')
  expect([refused.exit, refused.stderr]).toEqual([1, expect.stringContaining('nobody could take www over')])
  const back = await during(
    'HAProxy started there again',
    () => lab.host(holder).sh('systemctl start haproxy'),
    settled,
  )
  expect(back.failed).toBe(0)
  expect(await holders()).toEqual([other(holder)])
})

test('HAProxy that hangs: it moves, and goes on where it is', async () => {
  const [holder = ''] = await holders()
  await during(
    'HAProxy hangs on its holder',
    () => lab.host(holder).sh('systemctl kill -s STOP haproxy'),
    () => expect.poll(holders, { timeout: 15_000 }).toEqual([other(holder)]),
  )
  await lab.host(holder).sh('systemctl kill -s CONT haproxy')
  await settled()
  expect(await holders()).toEqual([other(holder)])
})

test('its holder dies: another one has it, and keeps it when the dead one comes back', async () => {
  const [holder = ''] = await holders()
  const has = async () => (await lab.host(other(holder)).sh('ip -o address')).stdout.includes(` ${www()}/`)
  await during(
    'its holder is switched off',
    () => powerOff(holder, lab.options),
    () => expect.poll(has, { timeout: 15_000 }).toBe(true),
  )
  const back = await during('that one is switched on again', () => start(holder, lab.options), settled)
  expect(await holders()).toEqual([other(holder)])
  expect(back.failed).toBe(0)
}, 300_000)

test('its holder hangs, and goes on', async () => {
  const [holder = ''] = await holders()
  const has = async () => (await lab.host(other(holder)).sh('ip -o address')).stdout.includes(` ${www()}/`)
  await during(
    'its holder hangs',
    () => freeze(holder, lab.options),
    () => expect.poll(has, { timeout: 15_000 }).toBe(true),
  )
  await during('that one goes on', () => thaw(holder, lab.options), settled)
  expect(await holders()).toHaveLength(1)
}, 300_000)

test('its holder is cut off from all', async () => {
  const [holder = ''] = await holders()
  const has = async () => (await lab.host(other(holder)).sh('ip -o address')).stdout.includes(` ${www()}/`)
  await during(
    'its holder is cut off',
    async () => {
      for (const end of ['controller', 'web1', other(holder)]) await cut(holder, end, lab.options)
    },
    () => expect.poll(has, { timeout: 15_000 }).toBe(true),
  )
  await during(
    'that one is back',
    async () => {
      for (const end of ['controller', 'web1', other(holder)]) await healBetween(holder, end, lab.options)
    },
    settled,
  )
  expect(await holders()).toHaveLength(1)
}, 300_000)

test('an address that a stranger has is not claimed', async () => {
  const taken = www().replace(/\d+$/, '201')
  const interface_ = (
    await lab.host('web1').sh("ip -o -4 route show default | sed 's/.* dev \\([^ ]*\\).*/\\1/'")
  ).stdout.trim()
  await lab.host('web1').sh(`ip address add ${taken}/24 dev ${interface_}`)
  await site.describe(siteYml(taken))
  const told = await site.fettle('provision', '-l', 'lb', '--yes')
  expect(told.exit).toBe(3)
  expect(told.stdout + told.stderr).toContain(`a stranger has ${taken}`)
  await lab.host('web1').sh(`ip address del ${taken}/24 dev ${interface_}`)
  await site.describe(siteYml(www()))
  expectDone(await site.fettle('provision', '-l', 'lb', '--yes'))
  await settled()
})
