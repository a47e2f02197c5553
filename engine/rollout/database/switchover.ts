import { FettleError } from '../../core/error.ts'
import { type Cluster, lookAt } from './cluster.ts'
import { reasonsAgainst, rightful } from './judge.ts'
import { answers, type Member } from './member.ts'
import { holding, type Operation } from './operation.ts'
import { close, ordered, positionOf, reach } from './orders.ts'
import { settle } from './settle.ts'

/** Seconds that the candidate has to apply the last transactions, during which nobody writes. */
const patience = 10

/**
 * Makes another server the writer: the old one is closed first, and the new one opened only when it has everything. Where
 * it does not get there in time, the old one is opened again. Resolves with what had to be left as it is, null where it was
 * not wanted after all. Errors: `database.refused`, `database.failed`, `lease.held`.
 */
export const switchover = async (operation: Operation, to: string | undefined): Promise<readonly string[] | null> => {
  const { cluster, approve } = operation
  const seen = await lookAt(cluster)
  const candidate = to ?? bestCandidate(cluster, seen)
  refuseSwitchover(cluster, seen, candidate)
  const { writer } = rightful(seen, cluster.primary)
  if (!(await approve(stepsOf(cluster, writer, candidate)))) return null
  return holding(operation, (held) => handOver(held, candidate))
}

const stepsOf = ({ hosts }: Cluster, writer: string, candidate: string): readonly string[] => [
  `${writer} takes no writes any more, and its connections are cut`,
  `${candidate} catches up with it, and takes writes`,
  ...hosts.filter(({ name }) => name !== candidate).map(({ name }) => `${name} follows ${candidate}`),
]

const handOver = async (cluster: Cluster, to: string): Promise<readonly string[]> => {
  const members = await lookAt(cluster)
  refuseSwitchover(cluster, members, to)
  const { epoch, writer } = rightful(members, cluster.primary)
  const old = ordered(cluster, members, writer)
  const candidate = ordered(cluster, members, to)
  const number = epoch?.number ?? 0
  try {
    await close(old)
    await reach(candidate, await positionOf(old), patience)
  } catch (error) {
    await settle(cluster, { number, writer })
    throw error
  }
  return settle(cluster, { number: number + 1, writer: to })
}

/** Errors: `database.refused`, with every reason. */
const refuseSwitchover = ({ name, primary }: Cluster, members: readonly Member[], to: string): void => {
  const candidate = members.find((member) => member.name === to)
  const unreached = members.filter((member) => !answers(member)).map((member) => `${member.name} does not answer`)
  const reasons = candidate ? [...reasonsAgainst(candidate, members, primary), ...unreached] : [`it has no host ${to}`]
  if (reasons.length === 0) return
  throw new FettleError({
    code: 'database.refused',
    message: `${to} cannot become the writer of "${name}" now`,
    detail: [...new Set(reasons)].join('\n'),
    hint: 'fettle db status says how all of them are',
  })
}

/** Whom a switchover brings up where nobody is named: of those that may, the one with the least lag. */
const bestCandidate = ({ primary }: Cluster, members: readonly Member[]): string => {
  const { writer } = rightful(members, primary)
  const able = members.filter(answers).filter((member) => reasonsAgainst(member, members, primary).length === 0)
  const [best] = able.sort((one, other) => (one.seen.server.lag ?? 0) - (other.seen.server.lag ?? 0))
  // With nobody able, the reasons are those against the first one.
  return (best ?? members.find(({ name }) => name !== writer))?.name ?? writer
}
