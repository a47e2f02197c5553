import type { Epoch, SemiSync } from '../../core/database.ts'
import type { Cluster } from './cluster.ts'
import { balancerTroubles, type Heard } from './heard.ts'
import { reasonsAgainst, rightful, troublesOf } from './judge.ts'
import { answers, type Member } from './member.ts'

/** How a cluster is, in one moment. */
export interface ClusterStatus {
  readonly cluster: string
  /** The newest promotion; null before the first one. */
  readonly epoch: Epoch | null
  readonly writer: string
  readonly members: readonly MemberStatus[]
  readonly balancers: readonly Heard[]
  /** Hosts that could become the writer now in good order, and why others could not. */
  readonly candidates: readonly Candidacy[]
  readonly troubles: readonly string[]
}

export interface MemberStatus {
  readonly host: string
  /** `silent`: nobody could come in, or its server does not answer. */
  readonly role: 'writer' | 'replica' | 'alone' | 'silent'
  readonly version: string | null
  readonly readOnly: boolean | null
  readonly position: string | null
  /** Seconds; null where it is not known. */
  readonly lag: number | null
  /** Whether it insists on knowing whom it follows; null where it follows nobody. */
  readonly verified: boolean | null
  readonly semiSync: SemiSync | null
}

export interface Candidacy {
  readonly host: string
  /** Nothing where it may. */
  readonly reasons: readonly string[]
}

export const statusOf = (
  { name, primary }: Cluster,
  members: readonly Member[],
  balancers: readonly Heard[],
): ClusterStatus => {
  const { epoch, writer } = rightful(members, primary)
  return {
    cluster: name,
    epoch,
    writer,
    members: members.map(memberStatus),
    balancers,
    candidates: members
      .filter((member) => member.name !== writer)
      .map((member) => ({ host: member.name, reasons: reasonsAgainst(member, members, primary) })),
    troubles: [...troublesOf(members, primary), ...balancerTroubles(balancers, epoch)],
  }
}

const silent = { version: null, readOnly: null, position: null, lag: null, verified: null, semiSync: null }

const memberStatus = (member: Member): MemberStatus => {
  if (!answers(member)) return { host: member.name, role: 'silent', ...silent }
  const { server } = member.seen
  const { version, position, source, lag, semiSync } = server
  return {
    host: member.name,
    role: server.writable ? 'writer' : source ? 'replica' : 'alone',
    version,
    readOnly: !server.writable,
    position,
    lag: source ? lag : null,
    verified: source?.verifies ?? null,
    semiSync: server.writable ? semiSync : null,
  }
}
