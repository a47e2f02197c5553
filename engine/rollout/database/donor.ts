import { mostLag } from './judge.ts'
import { type Answering, answers, type Member } from './member.ts'
import { needOf } from './need.ts'
import { isOfOneSeries } from './versions.ts'

/**
 * Who gives a server its copy: the replica in order that is least behind, so that the writer has nothing to do with it;
 * the writer where there is none. Pure.
 */
export const donorOf = (members: readonly Member[], server: Answering, writer: Answering): Answering => {
  const isInOrder = (member: Answering): boolean => {
    const { lag, writable } = member.seen.server
    return needOf(member, writer) === 'nothing' && !writable && lag !== null && lag <= mostLag
  }
  const [best] = members
    .filter(answers)
    .filter(({ name }) => name !== server.name && name !== writer.name)
    .filter((member) => isInOrder(member) && isOfOneSeries(server, member))
    .sort((one, other) => (one.seen.server.lag ?? 0) - (other.seen.server.lag ?? 0))
  return best ?? writer
}
