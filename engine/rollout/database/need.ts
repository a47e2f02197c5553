import { describeGtids } from './gtids.ts'
import { type Answering, errantOf, follows } from './member.ts'

/** What a server that is not the writer needs in order to follow it: `join` has its copy already. */
export type Need = 'nothing' | 'start' | 'follow' | 'seed' | 'join' | { readonly refused: string }

/** Pure. A server that was never one of the cluster, or has half a copy, gets one of everything first. */
export const needOf = (member: Answering, writer: Answering): Need => {
  const { copy, epoch, server } = member.seen
  if (copy) return copy === 'taken' ? 'join' : 'seed'
  const { source, databases } = server
  const runs = source?.receiver === 'running' && source.applier === 'running'
  const asDescribed = follows(member, writer) && source?.verifies === member.verifies
  const errant = errantOf(member, writer)
  if (asDescribed && runs && errant.size === 0) return 'nothing'
  if (!epoch)
    return databases === 0
      ? 'seed'
      : { refused: `${member.name} has databases of its own: fettle db reseed replaces them` }
  if (errant.size > 0)
    return {
      refused: `${member.name} has transactions that ${writer.name} never had (${describeGtids(errant)}): fettle db reseed`,
    }
  return asDescribed && !source?.trouble ? 'start' : 'follow'
}
