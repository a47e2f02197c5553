import type { Epoch } from '../../core/database.ts'
import { balancerMaps } from '../../core/haproxy.ts'
import { HeldHost } from '../held-host.ts'
import { hostProblem } from '../outcome.ts'
import { mapValueScript } from '../rotation/map.ts'
import type { Cluster } from './cluster.ts'

/** Which promotion a balancer leads clients by. */
export interface Heard {
  readonly balancer: string
  /** The oldest one that its file or a process of it knows; null before the first one, and where it does not say. */
  readonly promotion: number | null
  /** Why it does not say. */
  readonly silence?: string
}

export const heardBy = ({ name, balancers }: Cluster): Promise<readonly Heard[]> =>
  Promise.all(
    balancers.map(async ({ name: balancer, held }) => {
      if (!(held instanceof HeldHost)) return { balancer, promotion: null, silence: held.message }
      return held.ask(mapValueScript(balancerMaps.promotions, name)).then(
        (said) => ({ balancer, promotion: readHeard(said) }),
        (error) => ({ balancer, promotion: null, silence: hostProblem(error, balancer).message }),
      )
    }),
  )

/** Pure. One line for the file and for each process. */
export const readHeard = (said: string): number | null => {
  const lines = said.replace(/\n$/, '').split('\n')
  return lines.every((line) => /^\d+$/.test(line)) ? Math.min(...lines.map(Number)) : null
}

/** Pure. It would not lead to the writer of the newest promotion. */
export const isUnaware = ({ promotion, silence }: Heard, epoch: Epoch | null): boolean =>
  silence === undefined && epoch !== null && promotion !== epoch.number

/** Pure. What is wrong with balancers, in words. */
export const balancerTroubles = (heard: readonly Heard[], epoch: Epoch | null): readonly string[] =>
  heard.flatMap((each) => {
    const { balancer, promotion, silence } = each
    if (silence !== undefined) return [`balancer ${balancer} cannot be asked: ${silence}`]
    if (!isUnaware(each, epoch)) return []
    const instead = promotion === null ? '' : `, but of ${promotion}`
    return [`balancer ${balancer} has not heard of promotion ${epoch?.number}${instead}: fettle db resume tells it`]
  })
