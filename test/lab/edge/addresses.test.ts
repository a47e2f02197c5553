import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cut, freeze, healBetween, powerOff, start, thaw } from '../../../engine/lab/index.ts'
import { managementOf } from '../firewall/support.ts'
import { usePracticeHosts } from '../harness.ts'
import { does } from '../support/does.ts'
import { offer } from '../support/repository.ts'
import { type Site, useSite } from '../support/site.ts'
import { deedsOf, expectDone, nothing } from '../support/told.ts'
import { type Probed, startProbing } from './prober.ts'

const lab = usePracticeHosts(['lb1', { name: 'lb2', release: 'trixie' }, 'web1'])

const siteYml = (addresses: object, every = 1) =>
  JSON.stringify({
    name: 'edge',
    groups: {
      all: { ufw: {} },
      lb: {
        haproxy: { frontends: { web: { backend: 'docs' } }, backends: { docs: { app: 'docs' } } },
        keepalived: { addresses, every },
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
    siteYml: siteYml({ www: { address: `${www()}/24` } }),
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
    () => expect.poll(holders, { timeout: 60_000 }).toEqual([other(holder)]),
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

test('HAProxy that dies is started again, and nothing moves', async () => {
  const [holder = ''] = await holders()
  await during(
    'HAProxy killed on its holder',
    () => lab.host(holder).sh('systemctl kill -s KILL haproxy'),
    () => expect.poll(async () => (await lab.host(holder).sh('systemctl is-active haproxy')).stdout).toBe('active\n'),
  )
  expect(await holders()).toEqual([holder])
})

test('HAProxy that hangs: it moves, and goes on where it is', async () => {
  const [holder = ''] = await holders()
  await during(
    'HAProxy hangs on its holder',
    () => lab.host(holder).sh('systemctl kill -s STOP haproxy'),
    () => expect.poll(holders, { timeout: 60_000 }).toEqual([other(holder)]),
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
    () => expect.poll(has, { timeout: 60_000 }).toBe(true),
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
    () => expect.poll(has, { timeout: 60_000 }).toBe(true),
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
    () => expect.poll(has, { timeout: 60_000 }).toBe(true),
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

test('both are patched and rebooted: the address moves to the one that is not', async () => {
  const [holder = ''] = await holders()
  const onBoth = (script: string) => Promise.all(['lb1', 'lb2'].map((name) => does(lab.host(name), script)))
  const offered = (version: string): string => offer([{ name: 'tool', version }])
  await onBoth(`${offered('1')}; apt-get -qq update && apt-get -qq -y install tool`)
  await onBoth(offered('2'))
  await during(
    'patch reboots both, one after the other',
    async () => {
      const told = await site.fettle('patch', '-l', 'lb', '--reboot', 'always', '--soak', '1s', '--yes', '--json')
      expectDone(told)
      const waves = told.events.flatMap((event) => (event.type === 'wave.started' ? [event.hosts] : []))
      expect(waves).toEqual([[other(holder)], [holder]])
    },
    settled,
  )
  expect(await holders()).toEqual([other(holder)])
}, 600_000)

test('an address that a stranger has is not claimed', async () => {
  const taken = www().replace(/\d+$/, '201')
  const interface_ = (
    await lab.host('web1').sh("ip -o -4 route show default | sed 's/.* dev \\([^ ]*\\).*/\\1/'")
  ).stdout.trim()
  await lab.host('web1').sh(`ip address add ${taken}/24 dev ${interface_}`)
  await site.describe(siteYml({ www: { address: `${taken}/24` } }))
  const told = await site.fettle('provision', '-l', 'lb', '--yes')
  expect(told.exit).toBe(3)
  expect(told.stdout + told.stderr).toContain(`a stranger has ${taken}`)
  await lab.host('web1').sh(`ip address del ${taken}/24 dev ${interface_}`)
  await site.describe(siteYml({ www: { address: `${www()}/24` } }))
  expectDone(await site.fettle('provision', '-l', 'lb', '--yes'))
  await settled()
})

test('two that are crossed, with a sign of life five times a second: each comes back to its own', async () => {
  const second = www().replace(/\d+$/, '201')
  const addresses = {
    www: { address: `${www()}/24`, preferred: 'lb1' },
    second: { address: `${second}/24`, preferred: 'lb2' },
  }
  await site.describe(siteYml(addresses, 0.2))
  expectDone(await site.fettle('provision', '-l', 'lb', '--yes'))
  await settled()
  expect(await holders()).toEqual(['lb1'])
  const has = async () => (await lab.host('lb2').sh('ip -o address')).stdout.includes(` ${www()}/`)
  await during(
    'its holder is switched off, five signs of life a second',
    () => powerOff('lb1', lab.options),
    () => expect.poll(has, { timeout: 60_000 }).toBe(true),
  )
  await during('that one comes back, and takes its own', () => start('lb1', lab.options), settled)
  expect(await holders()).toEqual(['lb1'])
  expectDone(await site.fettle('lb', 'move', 'www', '--yes'))
  expect((await status()).troubles).toEqual([
    'lb2 has www, and lb1 is the preferred one',
    'lb1 would not take www over: it was told not to, by fettle lb move',
  ])
  await during(
    'it is moved back',
    async () => expectDone(await site.fettle('lb', 'move', 'www', '--to', 'lb1', '--yes')),
    settled,
  )
}, 300_000)
