import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { guard } from '../../../engine/facts/guard.ts'
import { hostname } from '../../../engine/facts/hostname.ts'
import { sysctl, sysctlPath } from '../../../engine/facts/sysctl.ts'
import { timezone } from '../../../engine/facts/timezone.ts'
import { ask } from './ask.ts'

test('a condition with a mistake spoils no other', () => {
  const conditions = ['true', 'echo "', 'exit 3', 'cat', 'kill $$', '[ "it\'s" = "it\'s" ]', 'no-such-command']
  expect(ask(guard, ...conditions)).toEqual([true, false, false, true, false, true, false])
})

test.each([
  ['net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net/ipv4/conf/eth0.100/forwarding', '/proc/sys/net/ipv4/conf/eth0.100/forwarding'],
  ['net.ipv4.conf.eth0/100.forwarding', '/proc/sys/net/ipv4/conf/eth0.100/forwarding'],
])('the kernel keeps %s in %s', (key, file) => expect(sysctlPath(key)).toBe(file))

test('reads numbers whole and columns with one blank', () => {
  const read = (file: string) => readFileSync(`/proc/sys/${file}`, 'utf8').trim().split(/\s+/).join(' ')
  expect(ask(sysctl, 'fs.file-max', 'no.such.key', 'net.ipv4.tcp_rmem')).toEqual([
    read('fs/file-max'),
    null,
    read('net/ipv4/tcp_rmem'),
  ])
})

test('the name of this machine', () => {
  const running = readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()
  expect(ask(hostname, null)).toMatchObject([{ running }])
  expect(hostname.parse('a\n', [null])).toEqual([{ running: 'a', saved: '' }])
})

test.each([
  ['=Etc/UTC\n/usr/share/zoneinfo/Etc/UTC\n', { target: '/usr/share/zoneinfo/Etc/UTC', file: 'Etc/UTC' }],
  ['-\n', { target: null, file: null }],
  ['=\n/x\n', { target: '/x', file: '' }],
])('reads the time zone from %j', (output, answer) => expect(timezone.parse(output, [null])).toEqual([answer]))
