import type { FailoverTerms } from '../../../core/database.ts'
import type { Gathering, PastFailover } from '../../../core/observers.ts'
import type { Verdict } from './verdict.ts'

/**
 * What is to be done of a verdict. `held`: somebody is changing a cluster that is not well. Where the writer is gone:
 * - `observed`: the description does not have observers act; `stranded`: the store cannot be asked
 * - `tried`: there was a failover for this promotion; `damped`: another one was too short a time ago
 * - `outvoted`: too few observers say so; `needs fencing`: nobody can come in to the old writer, and nothing switches it off
 * - `fail over`
 */
export interface Decision {
  readonly state:
    | Exclude<Verdict['state'], 'gone'>
    | 'observed'
    | 'stranded'
    | 'held'
    | 'tried'
    | 'damped'
    | 'outvoted'
    | 'needs fencing'
    | 'fail over'
  readonly message: string
}

export interface Circumstances {
  readonly verdict: Verdict
  /** Of the whole cluster; the command is that of the writer's host. */
  readonly terms: FailoverTerms
  /** Null where the store cannot be asked. */
  readonly gathering: Gathering | null
  /** Who is changing the cluster; null for nobody. */
  readonly holder: string | null
}

/** Pure. Only a writer that is gone by all rules at once is failed over from. */
export const decide = ({ verdict, terms, gathering, holder }: Circumstances): Decision => {
  const { state, message, epoch, writer } = verdict
  if (state === 'well' || state === 'new') return { state, message }
  const because = (left: Decision['state'], why: string): Decision => ({ state: left, message: `${message}: ${why}` })
  if (holder !== null) return because('held', `nothing is done beside ${holder}`)
  if (state !== 'gone') return { state, message }
  if (!terms.automatic) return because('observed', 'failover by itself is not described, fettle db failover is')
  if (!gathering) return because('stranded', 'nothing is done while the store cannot be asked')
  const past = pastAgainst(gathering.last, epoch?.number ?? 0, terms.damping)
  if (past) return because(past.state, past.message)
  const { observers, agreeing } = gathering
  if (agreeing * 2 <= observers) return because('outvoted', `${agreeing} of ${observers} observers say so`)
  if (!verdict.isReached && !terms.fence)
    return because('needs fencing', `switch ${writer} off, then fettle db failover --fenced`)
  return because('fail over', `${agreeing} of ${observers} observers say so`)
}

const pastAgainst = (last: PastFailover | null, epoch: number, damping: number): Decision | null => {
  if (!last) return null
  const told = `failover ${last.number} by ${last.who} at ${last.at.toISOString()}`
  const came = last.outcome ?? 'has not told its end'
  if (last.epoch === epoch)
    return { state: 'tried', message: `${told} was for this promotion (${came}): see fettle runs` }
  if (last.secondsAgo >= damping) return null
  return {
    state: 'damped',
    message: `${told} is less than ${damping} s ago: fettle db failover, if a second one is right`,
  }
}
