import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loggingLines } from '../../../../engine/resources/ufw/logging.ts'
import {
  type AllowRule,
  arrange,
  type Entry,
  entryOf,
  identity,
  isMeant,
  isOwn,
  readEntries,
  reasonOf,
  renderRules,
  wordsOf,
} from '../../../../engine/resources/ufw/rules.ts'

const policies = { input: 'DROP', output: 'ACCEPT', forward: 'DROP' } as const
const byUfw = readFileSync(new URL('../../facts/captured/user-rules.txt', import.meta.url), 'utf8')

const port = fc.integer({ min: 1, max: 65534 })
const ownRule: fc.Arbitrary<AllowRule> = fc.record({
  protocol: fc.constantFrom('tcp', 'udp'),
  port: fc.oneof(
    port.map(String),
    port.map((first) => `${first}:${first + 1}`),
  ),
  from: fc.option(fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.0.${a}.${b}`)),
  comment: fc.string({ unit: 'binary' }),
})
const stranger: fc.Arbitrary<Entry> = fc
  .record({
    action: fc.constantFrom('deny', 'allow_log', 'limit', 'route:allow'),
    port,
    comment: fc.option(fc.stringMatching(/^([0-9a-e][0-9]){1,9}$/)),
    lines: fc.array(
      port.map((number) => `-A ufw-user-input -p tcp --sport ${number} -j DROP`),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ action, port, comment, lines }) => ({
    tuple: `### tuple ### ${action} tcp ${port} 0.0.0.0/0 any 192.0.2.1 in${comment === null ? '' : ` comment=${comment}`}`,
    lines,
  }))

const meant = (text: string) => text.split('\n').filter(isMeant)

describe('a user.rules', () => {
  test('that ufw wrote is written again to the letter', () => {
    expect(renderRules(readEntries(meant(byUfw)), 4, 'low', policies)).toBe(byUfw)
  })

  test('is read as it was written', () => {
    const entries = fc.array(
      fc.oneof(
        stranger,
        ownRule.map((rule) => entryOf(rule, 4)),
      ),
    )
    fc.assert(
      fc.property(entries, (all) => {
        expect(readEntries(meant(renderRules(all, 4, 'high', policies)))).toEqual(all)
      }),
    )
  })
})

test.each([
  [{ protocol: 'tcp', port: '80', from: null, comment: 'a' }, 6, '80 ::/0 any ::/0 in', '--dport 80 -j ACCEPT'],
  [
    { protocol: 'udp', port: '60:61', from: 'fd00::/8', comment: '' },
    6,
    '60:61 ::/0 any fd00::/8 in',
    '-m multiport --dports 60:61 -s fd00::/8 -j ACCEPT',
  ],
  [
    { protocol: 'tcp', port: '22', from: '192.0.2.1', comment: 'ü' },
    4,
    '22 0.0.0.0/0 any 192.0.2.1 in',
    '--dport 22 -s 192.0.2.1 -j ACCEPT',
  ],
] as const)('%o', (rule, family, tuple, line) => {
  const entry = entryOf(rule, family)
  const chain = family === 6 ? 'ufw6-user-input' : 'ufw-user-input'
  const comment = Buffer.from(`fettle: ${rule.comment}`).toString('hex')
  expect(entry).toEqual({
    tuple: `### tuple ### allow ${rule.protocol} ${tuple} comment=${comment}`,
    lines: [`-A ${chain} -p ${rule.protocol} ${line}`],
  })
})

test('a comment is one line without quotes, whatever the role says', () => {
  fc.assert(
    fc.property(ownRule, (rule) => {
      const entry = entryOf(rule, 4)
      expect(entry.tuple).toMatch(/^### tuple ### [^\n]* comment=[0-9a-f]+$/)
      expect(isOwn(entry)).toBe(true)
      expect(reasonOf(entry)).not.toMatch(/['\n]/)
    }),
  )
})

test.each([
  ['allow tcp 80 0.0.0.0/0 any 10.0.0.1 in comment=61', 'allow 80/tcp from 10.0.0.1'],
  ['deny any any 0.0.0.0/0 any 203.0.113.5 in', 'deny everything from 203.0.113.5'],
  ['allow any 53 0.0.0.0/0 any 0.0.0.0/0 out', 'allow 53 from anywhere (out)'],
  ['allow udp any ::/0 any ::/0 in_lo', 'allow udp from anywhere (in_lo)'],
  ['limit tcp 22 192.0.2.9 any ::/0 in', 'limit 22/tcp to 192.0.2.9 from anywhere'],
  ['allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 OpenSSH - in', 'allow 22/tcp from anywhere'],
])('%s, in words', (tuple, words) => expect(wordsOf({ tuple: `### tuple ### ${tuple}`, lines: [] })).toBe(words))

describe('rules of others', () => {
  const own = (ports: readonly number[]) =>
    ports.map((number) => entryOf({ protocol: 'tcp', port: `${number}`, from: null, comment: 'a' }, 4))
  const other = (words: string): Entry => ({ tuple: `### tuple ### ${words}`, lines: [words] })
  const [before, after] = [
    other('deny any any 0.0.0.0/0 any 192.0.2.1 in'),
    other('allow tcp 9 0.0.0.0/0 any 0.0.0.0/0 in'),
  ]

  test('stay on their side of those of Fettle', () => {
    const found = [before, ...own([1, 2]), after, ...own([3])]
    expect(arrange(found, own([4, 2]), false).entries).toEqual([before, ...own([4, 2]), after])
  })

  test('stay first where they were there first', () => {
    expect(arrange([before, after], own([1]), false).entries).toEqual([before, after, ...own([1])])
  })

  test('make way for the same rule of Fettle’s, whatever they do with it', () => {
    const same = ['allow', 'deny', 'reject_log'].map((action) =>
      other(`${action} tcp 80 0.0.0.0/0 any 0.0.0.0/0 in comment=61`),
    )
    for (const entry of same) expect(arrange([entry], own([80]), false)).toEqual({ entries: own([80]), strangers: [] })
    expect(identity(other('route:allow tcp 80 a any b in'))).not.toBe(identity(other('allow tcp 80 a any b in')))
  })

  test('go where none are wanted', () => {
    expect(arrange([before, ...own([1]), after], own([1]), true)).toEqual({ entries: own([1]), strangers: [] })
  })

  test('survive, in their order and to the letter, however often it is arranged', () => {
    fc.assert(
      fc.property(fc.array(stranger), fc.array(ownRule), fc.array(ownRule), fc.nat(10), (strange, old, wanted, at) => {
        const entries = (rules: readonly AllowRule[]) => rules.map((rule) => entryOf(rule, 4))
        const found = [...strange.slice(0, at), ...entries(old), ...strange.slice(at)]
        const once = arrange(found, entries(wanted), false)
        expect(once.entries.filter((entry) => !isOwn(entry))).toEqual(strange)
        expect(arrange(once.entries, entries(wanted), false).entries).toEqual(
          wanted.length > 0 ? once.entries : once.strangers,
        )
      }),
    )
  })
})

test('what ufw writes of logging, by level', () => {
  const lines = (level: Parameters<typeof loggingLines>[1]) => loggingLines('ufw', level, policies)
  expect(lines('off')).toEqual(['input', 'output', 'forward'].map((way) => `-I ufw-user-logging-${way} -j RETURN`))
  expect(lines('low')).toEqual(meant(byUfw).filter((line) => /^-[AI] ufw-(after-)?logging/.test(line)))
  expect(lines('medium')).toContain(
    '-I ufw-before-logging-input -j LOG --log-prefix "[UFW AUDIT] " -m conntrack --ctstate NEW -m limit --limit 3/min --limit-burst 10',
  )
  expect(lines('full')).toContain('-I ufw-before-logging-input -j LOG --log-prefix "[UFW AUDIT] "')
  expect(lines('full')).toContain('-A ufw-after-logging-output -j LOG --log-prefix "[UFW ALLOW] "')
})
