import { isWithin } from './walled.ts'

/** What a firewall is asked to let in. */
export interface Datagram {
  readonly address: string
  readonly port: number
  /** Where it may come from; null where that is not known. */
  readonly from: readonly string[] | null
}

interface Rule {
  readonly chain: string
  readonly packets: number
  readonly text: string
}

/**
 * How many packets were let in by rules that would let this one in, as `iptables-save -c` has counted them; null where
 * no rule would. In doubt a rule counts.
 */
export const letIn = (saved: string, datagram: Datagram): number | null => {
  const rules = rulesOf(saved)
  const chains = enteredFrom('INPUT', rules)
  const letting = rules.filter(
    (rule) => chains.has(rule.chain) && option(rule, '-j') === 'ACCEPT' && mayMatch(rule, datagram),
  )
  const policy = /^:INPUT ACCEPT \[(\d+):/m.exec(saved)?.[1]
  const counts = [...letting.map(({ packets }) => packets), ...(policy === undefined ? [] : [Number(policy)])]
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

const rulesOf = (saved: string): readonly Rule[] =>
  [...saved.matchAll(/^\[(\d+):\d+\] -A (\S+) (.*)$/gm)].map(([, packets, chain = '', text = '']) => ({
    chain,
    packets: Number(packets),
    text,
  }))

const enteredFrom = (chain: string, rules: readonly Rule[], entered = new Set<string>()): ReadonlySet<string> => {
  if (entered.has(chain)) return entered
  entered.add(chain)
  for (const rule of rules)
    if (rule.chain === chain) enteredFrom(option(rule, '-j') ?? option(rule, '-g') ?? chain, rules, entered)
  return entered
}

/** Its value; undefined where it is not there, or turned round. */
const option = ({ text }: Rule, name: string): string | undefined =>
  new RegExp(`(?:^|(?<!!) )${name} (\\S+)`).exec(text)?.[1]

const mayMatch = (rule: Rule, { address, port, from }: Datagram): boolean => {
  const [source, target, states] = [option(rule, '-s'), option(rule, '-d'), option(rule, '--ctstate')]
  const ports = option(rule, '--dport') ?? option(rule, '--dports')
  return (
    ['udp', 'all'].includes(option(rule, '-p') ?? 'all') &&
    option(rule, '-i') !== 'lo' &&
    (states === undefined || states.split(',').includes('NEW')) &&
    (source === undefined || from === null || isWithin([source], from)) &&
    (target === undefined || isWithin([target], [address])) &&
    (ports === undefined || ports.split(',').some((range) => isInRange(port, range)))
  )
}

const isInRange = (port: number, range: string): boolean => {
  const [first, last = first] = range.split(':').map(Number)
  return first !== undefined && last !== undefined && first <= port && port <= last
}
