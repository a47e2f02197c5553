import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { cutElement, outwardRules } from '../../../engine/lab/firewall.ts'
import { buildScript, customise } from '../../../engine/lab/image-recipe.ts'
import { launchScript } from '../../../engine/lab/launcher.ts'
import { seedFiles } from '../../../engine/lab/seed.ts'

const isShell = (script: string) => execFileSync('sh', ['-n', '-c', script], { encoding: 'utf8' })
const sources = { lines: ['deb http://mirror.example/debian sid main'], aptSettings: ['A "b";'], urls: [] }

describe('shell that runs on this machine is shell', () => {
  const group = { all: '/c/a b', host: '/c/a b/host', launcher: '/c/a b/launcher' }
  const launch = launchScript({
    ...{ group, machine: 'f52bf38-10', hostname: 'web1', bridge: 'fettle-52bf38', cable: 'vb-f52bf38-10' },
    ...{
      disk: "/it's/disk",
      image: '/images/sid',
      mark: '/images/sid 10.1.2.10',
      seed: '/seed',
      archives: '/archives',
      lock: '/lock',
    },
  })
  test.each([
    ['launcher', launch],
    ['image', buildScript('/images/sid', 'sid', sources)],
    ['customise', customise(sources)],
  ])('%s', (_name, script) => expect(isShell(script)).toBe(''))

  test('paths with blanks and quotes stay one word', () => {
    expect(launch).toContain(`cd '/it'\\''s/disk'`)
    expect(launch).toContain(`echo 0 >'/c/a b/launcher'/cgroup.procs`)
  })
})

describe('what leaves the lab', () => {
  const firewall = { table: 'fettle_t', bridge: 'fettle-t', subnet: '10.1.2' }
  const rules = (packages: { address: string; port: number }[], nameservers: string[]) =>
    outwardRules({ ...firewall, outward: { packages, nameservers } })

  test('mirrors by address and port, once each', () => {
    const mirror = { address: '192.0.2.1', port: 80 }
    expect(rules([mirror, mirror], ['192.0.2.53'])).toContain('elements = { 192.0.2.1 . 80 }')
  })

  test('nothing at all where no mirror is known', () => {
    expect(rules([], [])).not.toContain('elements')
  })
})

test.each([
  ['vb-a', 'vb-b', { set: 'pairs', text: '{ "vb-a" . "vb-b", "vb-b" . "vb-a" }' }],
  ['vb-a', null, { set: 'alone', text: '{ "vb-a" }' }],
])('a cut between %s and %s', (a, b, element) => expect(cutElement(a, b)).toEqual(element))

test('a fresh disk knows its name, address and resolver', () => {
  const host = { name: 'web1', release: 'sid', number: 10, address: '10.1.2.10', machineId: 'f'.repeat(32), image: '' }
  const files = seedFiles(host, '10.1.2.1', ['192.0.2.53'])
  expect(files['etc/hostname']).toBe('web1\n')
  expect(files['etc/resolv.conf']).toBe('nameserver 192.0.2.53\n')
  expect(files['etc/systemd/network/10-host0.network']).toContain('Address=10.1.2.10/24\nGateway=10.1.2.1\n')
})
