import { describe, expect, test } from 'vitest'
import { type Arrival, judge } from '../../../../engine/rollout/reach/datagram.ts'
import { letIn } from '../../../../engine/rollout/reach/witness.ts'

const lb1 = '10.0.0.1'
const datagram = { address: '10.0.0.11', port: 5300, from: [lb1] }

/** As `iptables-save -c` prints a firewall of ufw, with these rules in it. */
const saved = (user: readonly string[], { policy = 'DROP', input = [] as readonly string[] } = {}) =>
  [
    '*filter',
    `:INPUT ${policy} [100:9000]`,
    ':ufw-user-input - [0:0]',
    ...input.map((rule) => `[50:1] -A INPUT ${rule}`),
    '[70:1] -A INPUT -j ufw-before-input',
    '[60:1] -A ufw-before-input -i lo -j ACCEPT',
    '[60:1] -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '[60:1] -A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5300 -j ACCEPT',
    '[9:1] -A ufw-before-input -j ufw-user-input',
    ...user.map((rule) => `[4:1] -A ufw-user-input ${rule}`),
    '[30:1] -A ufw-user-output -p udp -m udp --dport 5300 -j ACCEPT',
    '[30:1] -A OUTPUT -j ACCEPT',
    'COMMIT',
  ].join('\n')

describe('packets that were let in by rules that would let this one in', () => {
  test.each<[string, string, number | null]>([
    ['of its port', '-p udp -m udp --dport 5300 -j ACCEPT', 4],
    ['of its source', '-s 10.0.0.1/32 -p udp -m udp --dport 5300 -j ACCEPT', 4],
    ['of its network', '-s 10.0.0.0/24 -d 10.0.0.11/32 -p udp -m udp --dport 5300 -j ACCEPT', 4],
    ['of another source', '-s 10.0.0.2/32 -p udp -m udp --dport 5300 -j ACCEPT', null],
    ['of all sources but another', '! -s 10.0.0.2/32 -p udp -m udp --dport 5300 -j ACCEPT', 4],
    ['of another protocol', '-p tcp -m tcp --dport 5300 -j ACCEPT', null],
    ['of another port', '-p udp -m udp --dport 530 -j ACCEPT', null],
    ['of several ports', '-p udp -m multiport --dports 53,5000:6000 -j ACCEPT', 4],
    ['of others than it', '-p udp -m multiport --dports 53,6000:6010 -j ACCEPT', null],
    ['of everything', '-j ACCEPT', 4],
    ['that keeps it out', '-p udp -m udp --dport 5300 -j DROP', null],
  ])('a rule %s', (_, rule, expected) => {
    expect(letIn(saved([rule]), datagram)).toBe(expected)
  })

  test.each(['-j mine', '-g mine'])('a chain that is entered from a rule: %s', (rule) => {
    const rules = ['-p udp -m udp --dport 5300 -m recent --set', rule]
    expect(letIn(`${saved(rules)}\n[7:1] -A mine -j ACCEPT`, datagram)).toBe(7)
  })

  test('what somebody has put before ufw, and a policy that lets in the rest', () => {
    expect(letIn(saved([], { input: ['-p udp -j ACCEPT'] }), datagram)).toBe(50)
    expect(letIn(saved(['-p udp -j ACCEPT'], { policy: 'ACCEPT' }), datagram)).toBe(104)
  })

  test('whatever its source, where that is not known', () => {
    const rules = ['-s 10.0.0.2/32 -p udp -m udp --dport 5300 -j ACCEPT']
    expect(letIn(saved(rules), { ...datagram, from: null })).toBe(4)
  })

  test('in IPv6 as well', () => {
    const rules = ['-s fd00::1/128 -p udp -m udp --dport 5300 -j ACCEPT']
    const to = { ...datagram, address: 'fd00::11' }
    expect(letIn(saved(rules), { ...to, from: [lb1, 'fd00::1'] })).toBe(4)
    expect(letIn(saved(rules), { ...to, from: ['fd00::2'] })).toBeNull()
  })
})

test.each<[number, number, Arrival]>([
  [8, 0, { reach: 'open' }],
  [4, 1, { reach: 'open' }],
  [3, 0, { reach: 'filtered' }],
  [0, 0, { reach: 'filtered' }],
  [3, 90, { reach: 'filtered' }],
  [90, 80, { untold: 'too much else comes in there to tell' }],
])('of 8 datagrams %i more were counted, and %i of others: %j', (gained, others, expected) => {
  expect(judge(gained, others)).toEqual(expected)
})
