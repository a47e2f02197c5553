import type { Heard } from '../../engine/rollout/database/heard.ts'
import type { ClusterStatus, MemberStatus } from '../../engine/rollout/database/status.ts'
import { visibleLine } from './visible.ts'

/** How a cluster is, for people. */
export const clusterText = (status: ClusterStatus): readonly string[] => [
  headline(status),
  ...table([...status.members.map(rowOf), ...status.balancers.map(balancerRow)]),
  ...status.troubles.map((trouble) => `  ! ${visibleLine(trouble)}`),
  ...promotion(status),
]

const headline = ({ cluster, epoch, writer }: ClusterStatus): string =>
  epoch === null
    ? `${cluster} has no writer yet: fettle provision makes ${writer} the first one`
    : `${cluster}: ${writer} is the writer, by promotion ${epoch.number}`

const rowOf = (member: MemberStatus): readonly string[] => [
  member.host,
  member.role,
  member.version ? (/^[\d.]+/.exec(member.version)?.[0] ?? '') : '-',
  visibleLine(member.position ?? ''),
  [lagOf(member), semiSyncOf(member), member.verified ? 'TLS, verified' : ''].filter(Boolean).join(', '),
]

const balancerRow = ({ balancer, promotion }: Heard): readonly string[] => [
  balancer,
  'balancer',
  '-',
  promotion === null ? '' : `knows promotion ${promotion}`,
  '',
]

const lagOf = ({ role, lag }: MemberStatus): string => {
  if (role !== 'replica') return ''
  return lag === null ? 'no heartbeat yet' : `${Math.max(0, lag).toFixed(1)} s behind`
}

const semiSyncOf = ({ semiSync }: MemberStatus): string => {
  if (!semiSync?.wanted) return ''
  const { replicas } = semiSync
  return semiSync.waiting
    ? `${replicas} ${replicas === 1 ? 'replica confirms' : 'replicas confirm'}`
    : 'nobody confirms'
}

const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}

/** In one line whether a promotion would be safe now. */
const promotion = ({ candidates }: ClusterStatus): readonly string[] => {
  if (candidates.length === 0) return ['A single server: there is nobody to promote.']
  const able = candidates.filter(({ reasons }) => reasons.length === 0)
  if (able.length > 0) return [`A switchover would be safe now, to ${able.map(({ host }) => host).join(' or ')}.`]
  const why = candidates.map(({ host, reasons }) => `${host}: ${reasons[0]}`)
  return [`A switchover would not be safe now. ${visibleLine(why.join('; '))}`]
}
