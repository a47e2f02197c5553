import { expect, test } from 'vitest'
import { readRuleset } from '../../../engine/lab/passage.ts'

const chain = (family: string, table: string, name: string, hook?: string) => ({
  chain: { family, table, name, handle: 1, ...(hook && { type: 'filter', hook, prio: 0, policy: 'drop' }) },
})
const rule = (handle: number, comment?: string) => ({
  rule: { family: 'ip', table: 'filter', chain: 'FORWARD', handle, ...(comment && { comment }), expr: [] },
})
const json = JSON.stringify({
  nftables: [
    { metainfo: { version: '1.0.6' } },
    { table: { family: 'ip', name: 'filter', handle: 1 } },
    chain('ip', 'filter', 'FORWARD', 'forward'),
    chain('ip', 'filter', 'INPUT', 'input'),
    chain('ip', 'filter', 'DOCKER-USER'),
    chain('ip6', 'filter', 'FORWARD', 'forward'),
    chain('inet', 'firewalld', 'filter_FORWARD', 'forward'),
    chain('inet', 'fettle_ffffff', 'forward', 'forward'),
    chain('bridge', 'other', 'forward', 'forward'),
    rule(4, 'fettle-52bf38'),
    rule(5, 'fettle-ffffff'),
    rule(6),
  ],
})

test('chains of others that see forwarded IPv4 packets', () => {
  const names = readRuleset(json, 'fettle-52bf38').chains.map(({ family, table, name }) => `${family} ${table} ${name}`)
  expect(names).toEqual(['ip filter FORWARD', 'inet firewalld filter_FORWARD'])
})

test("this lab's rules and no other's", () => {
  expect(readRuleset(json, 'fettle-52bf38').marked.map(({ handle }) => handle)).toEqual([4])
})
