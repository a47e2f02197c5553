import type { Difference } from '../../core/plan.ts'
import type { UfwAnswer } from '../../facts/ufw.ts'
import { blockOf, isOfBlock, managementLines, valueIn, withBlock, withValues } from './files.ts'
import type { Logging, Policies, Policy } from './logging.ts'
import {
  type AllowRule,
  arrange,
  entryOf,
  type Family,
  familyOf,
  isMeant,
  prefixOf,
  readEntries,
  renderRules,
} from './rules.ts'
import { ruleDifferences } from './words.ts'

export interface Enforced {
  readonly state: 'enforced'
  readonly rules: readonly AllowRule[]
  /** Reachable whatever the rules say. */
  readonly management: { readonly networks: readonly string[]; readonly ports: readonly number[] }
  /** Rules that others made go away. */
  readonly exclusive: boolean
  readonly logging: Logging
  /** What becomes of connections that the host itself begins. */
  readonly outgoing: 'allow' | 'deny'
  /** Without it, nothing comes or goes by IPv6. */
  readonly ipv6: boolean
}

/** A file of ufw's as it is to be. */
export interface WantedFile {
  readonly path: string
  readonly mode: string
  readonly differences: readonly Difference[]
  /** Where it differs: its content, from what is there or from what the package brings; or what it was before Fettle. */
  readonly content: ((text: string) => string) | 'former' | null
  /** Where the package keeps a copy. */
  readonly packaged?: string
  /** The lines of it that mean something, once it is as wanted. */
  readonly meant: readonly string[]
}

export const configuration = '/etc/ufw/ufw.conf'
export const defaults = '/etc/default/ufw'
export const rulesFile = (family: Family): string => `/etc/ufw/user${family === 6 ? '6' : ''}.rules`
export const beforeFile = (family: Family): string => `/etc/ufw/before${family === 6 ? '6' : ''}.rules`

/** Every file that Fettle may write to. */
export const ufwFiles: readonly string[] = [
  beforeFile(4),
  beforeFile(6),
  rulesFile(4),
  rulesFile(6),
  defaults,
  configuration,
]

export const policiesOf = (spec: Enforced, found: UfwAnswer): Policies => ({
  input: 'DROP',
  output: spec.outgoing === 'allow' ? 'ACCEPT' : 'DROP',
  forward: (bare(valueIn(found.files[defaults] ?? [], 'DEFAULT_FORWARD_POLICY')) ?? 'DROP') as Policy,
})

const bare = (value: string | null): string | null => value?.replaceAll('"', '') ?? null

export const managementOf = ({ management }: Enforced, family: Family): readonly string[] =>
  managementLines(
    prefixOf(family),
    management.networks.filter((network) => familyOf(network) === family),
    management.ports,
  )

/** The rules of a family as they are to stand in its file. */
export const arranged = (spec: Enforced, family: Family, found: UfwAnswer) => {
  const own = spec.rules
    .filter(({ from }) => from === null || familyOf(from) === family)
    .map((rule) => entryOf(rule, family))
  const entries = readEntries(found.files[rulesFile(family)] ?? [])
  return { own, found: entries, ...arrange(entries, own, spec.exclusive) }
}

export const wantedRules = (spec: Enforced, family: Family, found: UfwAnswer): WantedFile => {
  const path = rulesFile(family)
  const { own, found: before, entries } = arranged(spec, family, found)
  const content = renderRules(entries, family, spec.logging, policiesOf(spec, found))
  const meant = content.split('\n').filter(isMeant)
  const common = { path, mode: '0640', meant }
  if (sameLines(found.files[path] ?? [], meant)) return { ...common, differences: [], content: null }
  return { ...common, differences: ruleDifferences(before, own, spec.exclusive), content: () => content }
}

export const wantedBlock = (spec: Enforced, family: Family, found: UfwAnswer): WantedFile => {
  const path = beforeFile(family)
  const lines = managementOf(spec, family)
  const meant = blockOf(lines)
  const before = (found.files[path] ?? []).filter(isOfBlock)
  const common = { path, mode: '0640', packaged: path.replace('/etc/ufw', '/usr/share/ufw/iptables'), meant }
  if (sameLines(before, meant)) return { ...common, differences: [], content: null }
  const [from, to] = [wayIn(before), wayIn(lines)]
  const differences = [{ what: `way in for IPv${family}`, from: from === to ? `${from}, edited` : from, to }]
  return { ...common, differences, content: (text) => withBlock(text, lines) }
}

/** The networks and ports of a block, in words. */
export const wayIn = (lines: readonly string[]): string | null => {
  const said = lines.flatMap((line) => {
    const [, port, network] = / --dport (\S+) -s (\S+) /.exec(line) ?? []
    return network ? [`port ${port} from ${network}`] : []
  })
  return said.length > 0 ? said.join(', ') : null
}

/** Without these, ufw would not start. */
const leastDefaults = `DEFAULT_FORWARD_POLICY="DROP"
DEFAULT_APPLICATION_POLICY="SKIP"
MANAGE_BUILTINS=no
IPT_SYSCTL=/etc/ufw/sysctl.conf
IPT_MODULES=""
`

export const wantedValues = (path: string, values: Readonly<Record<string, string>>, found: UfwAnswer): WantedFile => {
  const lines = found.files[path] ?? []
  const said = (name: string) => lines.filter((line) => line.startsWith(`${name}=`)).map((line) => bare(line))
  const differences = Object.entries(values).flatMap(([what, to]) =>
    said(what).every((line) => line === `${what}=${bare(to)}`) && said(what).length > 0
      ? []
      : [{ what, from: bare(valueIn(lines, what)), to: bare(to) }],
  )
  const meant = withValues(`${lines.join('\n')}\n`, values)
    .split('\n')
    .filter((line) => line !== '')
  return {
    path,
    mode: '0644',
    differences,
    content: differences.length > 0 ? (text) => withValues(text || leastDefaults, values) : null,
    packaged: path.replace('/etc', '/usr/share'),
    meant,
  }
}

export const enforcedFiles = (spec: Enforced, found: UfwAnswer): readonly WantedFile[] => {
  const { input, output } = policiesOf(spec, found)
  const families: readonly Family[] = spec.ipv6 ? [4, 6] : [4]
  return [
    ...families.map((family) => wantedBlock(spec, family, found)),
    ...families.map((family) => wantedRules(spec, family, found)),
    wantedValues(
      defaults,
      { IPV6: spec.ipv6 ? 'yes' : 'no', DEFAULT_INPUT_POLICY: `"${input}"`, DEFAULT_OUTPUT_POLICY: `"${output}"` },
      found,
    ),
    wantedValues(configuration, { ENABLED: 'yes', LOGLEVEL: spec.logging }, found),
  ]
}

const sameLines = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, index) => line === b[index])
