import { groupBy } from '../../core/group-by.ts'
import type { Policies } from './logging.ts'
import { type Entry, type Family, isOwn, prefixOf } from './rules.ts'

/** The kernel's rules of one family as they are to be, in the words of the files. */
export interface Expected {
  /** `-P INPUT DROP`. */
  readonly policies: readonly string[]
  /** Word for word but for their order in a line, and what iptables adds by itself. */
  readonly rules: readonly string[]
  /** Rules of others, which iptables may print in words of its own: they are counted. */
  readonly others: ReadonlySet<string>
}

const ways = ['input', 'output', 'forward']

/** `in force`; `other rules` in sound chains; or no sound chains at all. */
export type Verdict = 'in force' | 'other rules' | 'not in force'

const jumps = (prefix: string): readonly string[] =>
  ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'].map(
    (name) => `-A INPUT -j ${prefix}-${name}-input`,
  )

/** `lines` are the meant lines of the family's user.rules, `management` the rules of its before.rules. */
export const expectedKernel = (
  family: Family,
  lines: readonly string[],
  entries: readonly Entry[],
  management: readonly string[],
  policies: Policies,
): Expected => {
  const prefix = prefixOf(family)
  const rules: string[] = [...jumps(prefix), ...management]
  rules.push(...ways.map((way) => `-A ${prefix}-before-${way} -j ${prefix}-user-${way}`))
  for (const line of lines) {
    if (line.startsWith('### ') || line.startsWith(`-A ${prefix}-user-limit`)) continue
    if (line.startsWith('-I ')) rules.unshift(line.replace('-I', '-A'))
    else rules.push(line)
  }
  return {
    policies: policyLines(policies),
    rules,
    others: new Set(entries.filter((entry) => !isOwn(entry)).flatMap((entry) => entry.lines)),
  }
}

/** What there is where IPv6 is kept out altogether. */
export const closedKernel: Expected = {
  policies: policyLines({ input: 'DROP', output: 'DROP', forward: 'DROP' }),
  rules: [],
  others: new Set(),
}

function policyLines({ input, output }: Policies): readonly string[] {
  const policy = (name: string) => (name === 'REJECT' ? 'DROP' : name)
  return [`-P INPUT ${policy(input)}`, `-P OUTPUT ${policy(output)}`]
}

export const judgeKernel = (found: readonly string[], expected: Expected): Verdict => {
  const isSound = expected.policies.every((policy) => found.includes(policy))
  if (expected === closedKernel) return isSound ? 'in force' : 'not in force'
  const [have, want] = [chainsOf(found), chainsOf(expected.rules)]
  const same = (chain: string) => sameRules(have.get(chain) ?? [], want.get(chain) ?? [], expected.others)
  if (!isSound || !same('INPUT')) return 'not in force'
  return [...new Set([...have.keys(), ...want.keys()])].every(same) ? 'in force' : 'other rules'
}

/** What the kernel lets in before ufw is asked, or behind its back. */
export const bypasses = (found: readonly string[]): readonly string[] =>
  found.filter((line) => /^-A INPUT .*-j ACCEPT\b/.test(line) && !line.includes(' -i lo '))

const chainsOf = (lines: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  groupBy(
    lines.filter((line) => line.startsWith('-A ') && !isOfOthers(line)),
    (line) => line.split(' ')[1] ?? '',
  )

/** Others may put rules of their own beside the ways into ufw's chains. */
const isOfOthers = (line: string): boolean => line.startsWith('-A INPUT ') && !line.includes(' -j ufw')

const sameRules = (have: readonly string[], want: readonly string[], others: ReadonlySet<string>): boolean =>
  have.length === want.length &&
  want.every((line, index) => others.has(line) || plain(line) === plain(have[index] ?? ''))

/** Neither the order of options nor what goes without saying; newer iptables tells of VRRP by its number. */
const plain = (line: string): string =>
  line
    .replaceAll(/ -m (tcp|udp)(?= )/g, '')
    .replace(/ -p 112(?= )/, ' -p vrrp')
    .split(' ')
    .map((word) => word.replace(/^([\d.]+)\/32$|^([\da-f:]+)\/128$/, '$1$2'))
    .sort()
    .join(' ')
