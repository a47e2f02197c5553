import { FettleError, type Problem } from '../../engine/core/error.ts'
import type { Session } from '../../engine/core/ports.ts'
import type { Repository } from '../../engine/rollout/backup/keeper.ts'
import { hostProblem } from '../../engine/rollout/outcome.ts'
import { eachOf } from '../each-host.ts'
import { exitCode } from '../exit-codes.ts'
import type { HostOptions, KeyOptions } from '../options.ts'
import { showProblem } from '../output.ts'
import { openRepositories } from './site.ts'

export type KeptOptions = HostOptions & KeyOptions

/** What came of one repository: a value, or why there is none. */
export type Kept<Value> = Repository & ({ readonly value: Value } | { readonly problem: Problem })

/**
 * Asks backup hosts about the repositories of the chosen hosts, one after the other on each of them. A problem with one keeps
 * none of the others back; they are shown in the end, and the exit status says so.
 */
export const eachKept = async <Value>(
  options: KeptOptions,
  ask: (session: Session, repository: Repository) => Promise<Value>,
): Promise<readonly Kept<Value>[]> => {
  const { inventory, repositories } = await openRepositories(options)
  const answers = await eachOf({ inventory, names: new Set(repositories.keys()) }, options, (session, _, to) =>
    inTurn(repositories.get(to) ?? [], (repository) => askOne(repository, ask(session, repository))),
  )
  const kept = answers.flatMap((answer) => {
    if ('value' in answer) return answer.value
    return (repositories.get(answer.host) ?? []).map((repository) => ({ ...repository, problem: answer.problem }))
  })
  const [first, ...others] = kept.flatMap((each) => ('problem' in each ? [each.problem] : []))
  if (!first) return kept
  if (!options.json) await showProblem(new FettleError([first, ...others]))
  process.exitCode = exitCode.failed
  return kept
}

const inTurn = async <Item, Value>(items: readonly Item[], work: (item: Item) => Promise<Value>): Promise<Value[]> => {
  const values: Value[] = []
  for (const item of items) values.push(await work(item))
  return values
}

const askOne = <Value>(repository: Repository, answer: Promise<Value>): Promise<Kept<Value>> =>
  answer.then(
    (value) => ({ ...repository, value }),
    (error) => ({ ...repository, problem: hostProblem(error, repository.backup.to) }),
  )

/** The same as one object of JSON. */
export const inJson = <Value>(kept: Kept<Value>, told: (value: Value) => object): object => ({
  of: kept.owner,
  to: kept.backup.to,
  ...('problem' in kept ? { problem: kept.problem } : told(kept.value)),
})
