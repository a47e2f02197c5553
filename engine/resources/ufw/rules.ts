import { ownComment, type Protocol } from '../../core/listen.ts'
import { type Logging, loggingLines, type Policies } from './logging.ts'

export type Family = 4 | 6

/** What may come in. */
export interface AllowRule {
  readonly protocol: Protocol
  /** `80`, or `6000:6010`; `any` where the protocol knows none. */
  readonly port: string
  /** An address or a network in its shortest form; null for everybody. */
  readonly from: string | null
  /** Who wants it, and why. */
  readonly comment: string
}

/** A rule as ufw keeps it: the line that ufw reads, then those that it hands to iptables. */
export interface Entry {
  readonly tuple: string
  readonly lines: readonly string[]
}

const mark = '### tuple ### '

export const anywhere: Readonly<Record<Family, string>> = { 4: '0.0.0.0/0', 6: '::/0' }
export const prefixOf = (family: Family): string => (family === 4 ? 'ufw' : 'ufw6')
export const familyOf = (address: string): Family => (address.includes(':') ? 6 : 4)

export const entryOf = ({ protocol, port, from, comment }: AllowRule, family: Family): Entry => {
  const words = ['allow', protocol, port, anywhere[family], 'any', from ?? anywhere[family], 'in']
  const text = `${ownComment}${comment.replaceAll("'", '’').replaceAll(/\s+/g, ' ')}`
  const source = from === null ? '' : ` -s ${from}`
  return {
    tuple: `${mark}${words.join(' ')} comment=${Buffer.from(text).toString('hex')}`,
    lines: [`-A ${prefixOf(family)}-user-input -p ${protocol}${portWords(port)}${source} -j ACCEPT`],
  }
}

const portWords = (port: string): string => {
  if (port === 'any') return ''
  return port.includes(':') ? ` -m multiport --dports ${port}` : ` --dport ${port}`
}

const commentOf = ({ tuple }: Entry): string =>
  Buffer.from(/ comment=([0-9a-f]*)$/.exec(tuple)?.[1] ?? '', 'hex').toString('utf8')

export const isOwn = (entry: Entry): boolean => commentOf(entry).startsWith(ownComment)

/** Why one of Fettle's own is there. */
export const reasonOf = (entry: Entry): string => commentOf(entry).slice(ownComment.length)

const bare = ({ tuple }: Entry): string => tuple.slice(mark.length).replace(/ comment=\S*$/, '')

/** What ufw takes for one and the same rule, of which there is one: all but what it does, and the comment. */
export const identity = (entry: Entry): string => bare(entry).replace(/^(route:)?\S+/, '$1')

/** A rule as a person would say it. */
export const wordsOf = (entry: Entry): string => {
  const [action = '', protocol = '', port = '', to = '', , from = '', ...rest] = bare(entry).split(' ')
  const isAnywhere = (address: string) => Object.values(anywhere).includes(address)
  const what = port === 'any' ? (protocol === 'any' ? 'everything' : protocol) : port + suffix(protocol)
  const way = rest.at(-1) ?? 'in'
  const target = isAnywhere(to) ? '' : ` to ${to}`
  return `${action} ${what}${target} from ${isAnywhere(from) ? 'anywhere' : from}${way === 'in' ? '' : ` (${way})`}`
}

const suffix = (protocol: string): string => (protocol === 'any' ? '' : `/${protocol}`)

/** The lines of user.rules that mean something; the others are the same in all of them. */
export const isMeant = (line: string): boolean => /^(### |-[AI] )/.test(line)

/** The rules that are in the meant lines of a user.rules. */
export const readEntries = (lines: readonly string[]): readonly Entry[] => {
  const entries: { tuple: string; lines: string[] }[] = []
  let isInside = false
  for (const line of lines) {
    if (line.startsWith(mark)) entries.push({ tuple: line, lines: [] })
    if (line.startsWith('### ')) isInside = line.startsWith(mark)
    else if (isInside) entries.at(-1)?.lines.push(line)
  }
  return entries
}

/**
 * The rules of a file as they are to be: Fettle's in one block, where they stood, and what others made around it in its
 * order, because the first that fits decides. What others made before Fettle came stays first.
 */
export const arrange = (
  found: readonly Entry[],
  own: readonly Entry[],
  exclusive: boolean,
): { readonly entries: readonly Entry[]; readonly strangers: readonly Entry[] } => {
  if (exclusive) return { entries: own, strangers: [] }
  const wanted = new Set(own.map(identity))
  const first = found.findIndex(isOwn)
  const isStrange = (entry: Entry) => !isOwn(entry) && !wanted.has(identity(entry))
  const before = (first < 0 ? found : found.slice(0, first)).filter(isStrange)
  const after = first < 0 ? [] : found.slice(first).filter(isStrange)
  return { entries: [...before, ...own, ...after], strangers: [...before, ...after] }
}

const chains = (prefix: string): readonly string[] =>
  [
    ...['user-input', 'user-output', 'user-forward'],
    ...['before', 'user', 'after'].flatMap((at) => ['input', 'output', 'forward'].map((way) => `${at}-logging-${way}`)),
    ...['logging-deny', 'logging-allow', 'user-limit', 'user-limit-accept'],
  ].map((name) => `:${prefix}-${name} - [0:0]`)

/** A user.rules word for word as ufw itself writes it. */
export const renderRules = (
  entries: readonly Entry[],
  family: Family,
  logging: Logging,
  policies: Policies,
): string => {
  const prefix = prefixOf(family)
  const limitLog = `-A ${prefix}-user-limit -m limit --limit 3/minute -j LOG --log-prefix "[UFW LIMIT BLOCK] "`
  return [
    '*filter',
    ...chains(prefix),
    '### RULES ###',
    ...entries.flatMap(({ tuple, lines }) => ['', tuple, ...lines]),
    '',
    '### END RULES ###',
    '',
    '### LOGGING ###',
    ...loggingLines(prefix, logging, policies),
    '### END LOGGING ###',
    '',
    '### RATE LIMITING ###',
    ...(logging === 'off' ? [] : [limitLog]),
    `-A ${prefix}-user-limit -j REJECT`,
    `-A ${prefix}-user-limit-accept -j ACCEPT`,
    '### END RATE LIMITING ###',
    'COMMIT',
    '',
  ].join('\n')
}
