import type { Claim } from '../../engine/converge/state/lease.ts'
import type { Snapshot } from '../../engine/core/backup.ts'
import { FettleError, throwAll } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { connectionOf } from '../../engine/inventory/index.ts'
import { hostNamed } from '../../engine/inventory/named.ts'
import { chosenCopy, type Wanted } from '../../engine/rollout/backup/choose.ts'
import type { Repository } from '../../engine/rollout/backup/keeper.ts'
import { binlogsSince } from '../../engine/rollout/backup/kept-binlogs.ts'
import { listCopies } from '../../engine/rollout/backup/repository.ts'
import { callHost, HeldHost } from '../../engine/rollout/held-host.ts'
import type { ChangeOptions } from '../approval.ts'
import { asRun } from '../as-run.ts'
import { inTurn } from '../aside.ts'
import { eachOf } from '../each-host.ts'
import { exitCode } from '../exit-codes.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions, KeyOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { openTargets } from '../targets.ts'
import type { openRepositories } from './site.ts'

export interface RestoreOptions extends HostOptions, KeyOptions, ChangeOptions, Wanted {
  readonly from?: string
  readonly wait?: true
  /** From a copy as statements. Default: from one that a server starts with. */
  readonly sql?: true
}

export type OpenRepositories = Awaited<ReturnType<typeof openRepositories>>

/** A copy, and the repository that has it. */
export interface Chosen {
  readonly repository: Repository
  readonly snapshot: Snapshot
  /** Of a cluster: the binlogs that have most of what came after it. */
  readonly binlogs: Snapshot | null
}

/** From the first backup host that has what is wanted, or from the one that is said. Errors: `backup.*`, those of hosts. */
export const chooseCopy = async (
  { inventory, repositories }: OpenRepositories,
  owned: (repository: Repository) => boolean,
  options: RestoreOptions,
): Promise<Chosen> => {
  const { from } = options
  const own = [...repositories.values()].flat().filter(owned)
  const asked = own.filter(({ backup }) => from === undefined || backup.to === from)
  if (asked.length === 0)
    throw new FettleError({
      code: 'backup.unknown',
      message: from === undefined ? 'no backup host has it' : `${own[0]?.owner ?? 'it'} is not copied to ${from}`,
      hint: `its backup hosts: ${own.map(({ backup }) => backup.to).join(', ') || 'none'}`,
    })
  const names = new Set(asked.map(({ backup }) => backup.to))
  const answers = await eachOf({ inventory, names }, options, async (session, _, to) => {
    const repository = asked.find(({ backup }) => backup.to === to) as Repository
    const { copies, sql, binlogs } = await listCopies(session, repository)
    const snapshot = options.sql
      ? chosenCopy(sql, `${repository.owner} as SQL`, options)
      : chosenCopy(copies, repository.owner, options)
    return { repository, snapshot, binlogs: binlogsSince(binlogs, new Date(snapshot.at), options.at ?? 'end') ?? null }
  })
  for (const answer of answers) if ('value' in answer) return answer.value
  const [first, ...others] = answers.flatMap((answer) => ('problem' in answer ? [answer.problem] : []))
  throw new FettleError([first ?? { code: 'backup.failed', message: 'no backup host answers' }, ...others])
}

interface Restoring {
  readonly emit: Emit
  readonly claim: Claim
}

/** Does work on one host as a run, over one connection. It resolves with whether it was wanted. */
export const restoreOn = (
  site: OpenRepositories,
  host: string,
  options: RestoreOptions,
  work: (held: HeldHost, restoring: Restoring) => Promise<boolean>,
): Promise<void> =>
  restoring(site, [host], options, (run) =>
    enter(site, [host], run.emit, options, ([held]) => work(held as HeldHost, run)),
  )

/** Does work on some hosts as a run. It resolves with whether it was wanted. */
export const restoring = async (
  { folder, resolved, inventory }: OpenRepositories,
  hosts: readonly string[],
  options: RestoreOptions,
  work: (restoring: Restoring) => Promise<boolean>,
): Promise<void> => {
  const about = { folder, site: resolved.view.name, environment: inventory.environment, hosts }
  const renderer = await openRenderer(options)
  try {
    const done = await asRun(
      about,
      renderer.emit,
      (emit, claim) => work({ emit, claim }),
      (done) => hosts.map((host) => ({ host, outcome: done ? 'changed' : 'pending' })),
    )
    if (done) process.exitCode = exitCode.done
  } finally {
    renderer.close()
  }
}

/** Goes to some hosts, and leaves them again whatever happens. Errors: those of connecting, for all at once. */
export const enter = async <Value>(
  { inventory }: OpenRepositories,
  hosts: readonly string[],
  emit: Emit,
  options: RestoreOptions,
  work: (held: readonly HeldHost[]) => Promise<Value>,
): Promise<Value> => {
  const target = await openTargets(options, inTurn())
  const targets = hosts.map((host) => target(connectionOf(hostNamed(inventory, host))))
  const { look } = lookAhead(targets, options.forks, interruption())
  const entered = await Promise.all(hosts.map((host) => callHost(host, look, { key: 'restore', emit })))
  const held = entered.filter((each) => each instanceof HeldHost)
  try {
    throwAll(entered.flatMap((each) => (each instanceof HeldHost ? [] : [each])))
    return await work(held)
  } finally {
    await Promise.all(held.map((each) => each.close()))
  }
}
