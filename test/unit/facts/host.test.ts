import { readFileSync } from 'node:fs'
import { cpus, hostname as nodeHostname, totalmem } from 'node:os'
import { expect, test } from 'vitest'
import { clock } from '../../../engine/facts/clock.ts'
import { hostFacts } from '../../../engine/facts/host.ts'
import { ask, recall } from './ask.ts'

test('reads a Debian 12', () => {
  expect(recall(hostFacts, 'host-debian-12', null)).toEqual([
    {
      os: {
        id: 'debian',
        version: '12',
        codename: 'bookworm',
        name: 'Debian GNU/Linux 12 (bookworm)',
        architecture: 'amd64',
      },
      hostname: 'res1',
      cpus: 2,
      memory: 24684092 * 1024,
      openFiles: 20000,
      disks: [
        { mount: '/', device: 'overlay', size: 270553174016, free: 80454901760 },
        { mount: '/run/host/os-release', device: '/dev/vda', size: 270553174016, free: 80454901760 },
      ],
      interfaces: [
        { name: 'eth0', addresses: ['192.0.2.2/24', 'fd00::2/64', 'fe80::fc:ff:fe00:1/64'] },
        { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      ],
      uptime: 2960.7,
      bootId: 'f0b7f77e-d76b-482e-9293-5999a66224e2',
      rebootRequired: false,
      container: true,
      arrival: null,
    },
  ])
})

const readings: readonly [what: string, lines: string, expected: object][] = [
  ['a list of processors', 'cpus 0-3,8,10-11', { cpus: 7 }],
  [
    'quotes of os-release',
    'os ID=\'ubuntu\'\nos PRETTY_NAME="A \\"B\\" \\$(id)"',
    { os: { id: 'ubuntu', name: 'A "B" $(id)' } },
  ],
  ['a rolling release', 'os ID=debian\nos VERSION_CODENAME=trixie', { os: { version: '', codename: 'trixie' } }],
  ['a pending reboot', 'reboot required', { rebootRequired: true, container: false }],
  ['where we come from', 'arrival 192.0.2.7 51022 192.0.2.1 22', { arrival: { from: '192.0.2.7', port: 22 } }],
  [
    'where we come from, and as whom',
    'arrival 192.0.2.7 51022 192.0.2.1 22\nlogin ada',
    { arrival: { from: '192.0.2.7', port: 22, user: 'ada' } },
  ],
  [
    'where we come from by IPv6, on a link of its own',
    'arrival fe80::1%eth0 51022 fe80::2%eth0 2222',
    { arrival: { from: 'fe80::1', port: 2222 } },
  ],
  [
    'a mount with blanks',
    'disks:\n 10   5 //nas/a b   /mnt/c  d',
    { disks: [{ device: '//nas/a b', mount: '/mnt/c  d', size: 10, free: 5 }] },
  ],
  [
    'a tunnel',
    'interface tun0\ndisks:\naddresses:\n4: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0\\',
    { interfaces: [{ name: 'tun0', addresses: ['10.8.0.1/32'] }] },
  ],
]

test.each(readings)('reads %s', (_, lines, expected) => {
  expect(hostFacts.parse(lines, [null])).toMatchObject([expected])
})

test('knows this machine', () => {
  const [facts] = ask(hostFacts, null)
  expect(facts).toMatchObject({ hostname: nodeHostname(), cpus: cpus().length })
  expect(facts?.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  expect(facts?.memory).toBe(totalmem())
  const [now] = ask(clock, null)
  expect(Math.abs((now ?? 0) - Date.now() / 1000)).toBeLessThan(5)
})
