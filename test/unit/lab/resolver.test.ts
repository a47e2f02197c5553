import { expect, test } from 'vitest'
import { packageAddresses, reachableNameservers } from '../../../engine/lab/resolver.ts'

test.each([
  ['nameserver 192.0.2.53\nnameserver 198.51.100.53\n', ['192.0.2.53', '198.51.100.53']],
  ['# nameserver 192.0.2.1\nsearch example.org\n  nameserver\t192.0.2.2', ['192.0.2.2']],
  ['nameserver 127.0.0.53\noptions edns0', []],
  ['nameserver 2001:db8::53', []],
  ['', []],
])('name servers that others can ask: %j', (text, expected) => expect(reachableNameservers(text)).toEqual(expected))

test('addresses of mirrors, with the port of the scheme or the one that is given', async () => {
  const urls = ['http://192.0.2.1/debian', 'http://192.0.2.1/security', 'https://192.0.2.2/', 'http://192.0.2.3:3142']
  expect(await packageAddresses(urls)).toEqual([
    { address: '192.0.2.1', port: 80 },
    { address: '192.0.2.2', port: 443 },
    { address: '192.0.2.3', port: 3142 },
  ])
})
