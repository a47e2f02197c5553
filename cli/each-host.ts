import PQueue from 'p-queue'
import type { Problem } from '../engine/core/error.ts'
import type { HostOutcome } from '../engine/core/event.ts'
import type { Session } from '../engine/core/ports.ts'
import { connectionOf, type Inventory } from '../engine/inventory/index.ts'
import { entryOutcomeOf, hostProblem, outcomeOf } from '../engine/rollout/outcome.ts'
import { connect } from '../engine/transport/index.ts'
import { inTurn } from './aside.ts'
import { siteFolder } from './folders.ts'
import { interruption } from './interruption.ts'
import type { HostOptions } from './options.ts'
import { chosenHosts, openInventory } from './site.ts'
import { openTargets } from './targets.ts'

/** What came of one host: a value, or why there is none. */
export type HostAnswer<Value> =
  | { readonly host: string; readonly value: Value }
  | { readonly host: string; readonly problem: Problem; readonly outcome: HostOutcome }

type Work<Value> = (session: Session, signal: AbortSignal, host: string) => Promise<Value>

/**
 * Does something over a connection of its own to each chosen host, on as many at once as there are forks. `answered` hears
 * of each as it comes; the whole is in the inventory's order.
 */
export const eachHost = async <Value>(
  options: HostOptions,
  work: Work<Value>,
  answered: (answer: HostAnswer<Value>) => void = () => {},
): Promise<readonly HostAnswer<Value>[]> => {
  const inventory = await openInventory(options)
  return eachOf({ inventory, names: chosenHosts(inventory, options.limit, siteFolder()) }, options, work, answered)
}

/** The same for hosts that are chosen already. */
export const eachOf = async <Value>(
  { inventory, names }: { readonly inventory: Inventory; readonly names: ReadonlySet<string> },
  options: HostOptions,
  work: Work<Value>,
  answered: (answer: HostAnswer<Value>) => void = () => {},
): Promise<readonly HostAnswer<Value>[]> => {
  const target = await openTargets(options, inTurn())
  const targets = [...inventory.hosts.values()]
    .filter(({ name }) => names.has(name))
    .map((host) => target(connectionOf(host)))
  const queue = new PQueue({ concurrency: options.forks })
  const signal = interruption()
  const ask = async (to: (typeof targets)[number]): Promise<HostAnswer<Value>> => {
    const host = to.name
    const session = await connect(to, signal).catch((error) => hostProblem(error, host))
    if (!('run' in session)) return { host, problem: session, outcome: entryOutcomeOf(session) }
    try {
      return { host, value: await work(session, signal, host) }
    } catch (error) {
      const problem = hostProblem(error, host)
      return { host, problem, outcome: outcomeOf(problem) }
    } finally {
      await session.close()
    }
  }
  return Promise.all(
    targets.map((to) =>
      queue.add(async () => {
        const answer = await ask(to)
        answered(answer)
        return answer
      }),
    ),
  )
}
