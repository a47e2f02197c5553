import { groupBy } from '../engine/core/group-by.ts'
import type { OpenPort } from '../engine/core/listen.ts'
import type { Walled } from '../engine/rollout/reach/walled.ts'
import type { Opening } from './openings.ts'
import { compressNames } from './render/names.ts'

/** Hosts that let in the same are told together, in the order of the inventory. */
export const matrixText = (
  openings: readonly Opening[],
  hosts: readonly string[],
  walled: readonly Walled[],
): string => {
  const byHost = groupBy(openings, ({ host }) => host)
  const isWalled = (name: string) => walled.some(({ host }) => host.name === name)
  const bodies = hosts.map((name) => ({ name, rows: rowsOf(byHost.get(name) ?? []), isWalled: isWalled(name) }))
  const alike = groupBy(bodies, ({ rows, isWalled }) => JSON.stringify([rows, isWalled]))
  const widths = [0, 1].map((column) =>
    Math.max(0, ...bodies.flatMap(({ rows }) => rows.map((row) => row[column]?.length ?? 0))),
  )
  return [...alike.values()].map((group) => sectionText(group, widths)).join('\n\n')
}

type Row = readonly [what: string, from: string, why: string]

const rowsOf = (openings: readonly Opening[]): readonly Row[] =>
  [...openings]
    .sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol))
    .map((opening) => [whatOf(opening), fromOf(opening), `${opening.role}: ${opening.why}`])

const whatOf = ({ port, through, protocol }: OpenPort): string =>
  port === 0 ? protocol : `${port}${through === undefined ? '' : `-${through}`}/${protocol}`

const fromOf = ({ from, who }: Opening): string => {
  if (typeof from === 'string') return from
  if ('networks' in from) return from.networks.join(', ')
  return who.length > 0 ? `${from.group} (${compressNames(who)})` : `${from.group} (nobody)`
}

const sectionText = (
  group: readonly { readonly name: string; readonly rows: readonly Row[]; readonly isWalled: boolean }[],
  [what = 0, from = 0]: readonly number[],
): string => {
  const [first] = group
  const names = compressNames(group.map(({ name }) => name))
  const title = first?.isWalled ? names : `${names}: no firewall, so everybody may reach every port`
  const rows = first?.rows ?? []
  if (rows.length === 0) return first?.isWalled ? `${title}\n  nothing is open` : title
  return [title, ...rows.map((row) => `  ${row[0].padEnd(what)}  ${row[1].padEnd(from)}  ${row[2]}`)].join('\n')
}
