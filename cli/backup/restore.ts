import type { Claim } from '../../engine/converge/state/lease.ts'
import type { Snapshot } from '../../engine/core/backup.ts'
import { FettleError } from '../../engine/core/error.ts'
import type { Emit } from '../../engine/core/event.ts'
import { connectionOf } from '../../engine/inventory/index.ts'
import { hostNamed } from '../../engine/inventory/named.ts'
import { chosenCopy } from '../../engine/rollout/backup/choose.ts'
import { listCopies } from '../../engine/rollout/backup/repository.ts'
import {
  asideOf,
  type FoundPath,
  findPaths,
  type RestoreFiles,
  restorePath,
} from '../../engine/rollout/backup/restore-files.ts'
import { callHost, HeldHost } from '../../engine/rollout/held-host.ts'
import { holdingAll } from '../../engine/rollout/leases.ts'
import { runName } from '../../engine/store/run-name.ts'
import { agreed, type ChangeOptions } from '../approval.ts'
import { asRun } from '../as-run.ts'
import { inTurn } from '../aside.ts'
import { eachOf } from '../each-host.ts'
import { exitCode } from '../exit-codes.ts'
import { interruption } from '../interruption.ts'
import { lookAhead } from '../look-ahead.ts'
import type { HostOptions, KeyOptions } from '../options.ts'
import { openRenderer } from '../output.ts'
import { bytes } from '../render/bytes.ts'
import { openTargets } from '../targets.ts'
import { openRepositories } from './site.ts'

export interface RestoreOptions extends HostOptions, KeyOptions, ChangeOptions {
  /** The newest copy that is not younger. */
  readonly at?: Date
  readonly snapshot?: string
  readonly from?: string
  readonly into?: string
  readonly wait?: true
}

/** Puts files of a host back as a copy has them. What is in their place is kept beside them. */
export const restoreFiles = async (host: string, paths: readonly string[], options: RestoreOptions): Promise<void> => {
  const run = runName()
  const site = await openRepositories({ ...options, limit: host })
  const { from, snapshot } = await chooseCopy(site, host, options)
  const restore = { paths, snapshot, from, into: options.into?.replace(/\/+$/, '') ?? null, mark: run }
  const renderer = await openRenderer(options)
  const told = { folder: site.folder, site: site.resolved.view.name, environment: site.inventory.environment }
  try {
    const done = await asRun(
      { ...told, hosts: [host] },
      renderer.emit,
      async (emit, claim) => {
        const held = await enter(site, host, emit, options)
        try {
          return await restoreOn(held, restore, { emit, claim, environment: told.environment, options })
        } finally {
          await held.close()
        }
      },
      (done) => ({ outcome: done ? 'changed' : 'pending' }),
      run,
    )
    if (done) process.exitCode = exitCode.done
  } finally {
    renderer.close()
  }
}

type OpenRepositories = Awaited<ReturnType<typeof openRepositories>>

/** By the first backup host that has what is wanted, or by the one that is said. */
const chooseCopy = async (
  { inventory, repositories }: OpenRepositories,
  host: string,
  options: RestoreOptions,
): Promise<{ readonly from: string; readonly snapshot: Snapshot }> => {
  const { from } = options
  if (from !== undefined && !repositories.has(from))
    throw new FettleError({
      code: 'backup.unknown',
      message: `${host} is not copied to ${from}`,
      hint: `its backup hosts: ${[...repositories.keys()].join(', ')}`,
    })
  const names = new Set(from === undefined ? repositories.keys() : [from])
  const answers = await eachOf({ inventory, names }, options, async (session, _, to) => {
    const repository = repositories.get(to)?.find((each) => each.host === host)
    return repository ? chosenCopy(await listCopies(session, repository), host, options) : null
  })
  for (const answer of answers)
    if ('value' in answer && answer.value) return { from: answer.host, snapshot: answer.value }
  const [first, ...others] = answers.flatMap((answer) => ('problem' in answer ? [answer.problem] : []))
  if (first) throw new FettleError([first, ...others])
  throw new RangeError(`${host} has no repository`)
}

const enter = async (
  { inventory }: OpenRepositories,
  host: string,
  emit: Emit,
  options: RestoreOptions,
): Promise<HeldHost> => {
  const target = (await openTargets(options, inTurn()))(connectionOf(hostNamed(inventory, host)))
  const { look } = lookAhead([target], 1, interruption())
  const held = await callHost(host, look, { key: 'restore', emit })
  if (held instanceof HeldHost) return held
  throw new FettleError(held)
}

const restoreOn = async (
  held: HeldHost,
  restore: RestoreFiles,
  how: { readonly emit: Emit; readonly claim: Claim; readonly environment: string; readonly options: RestoreOptions },
): Promise<boolean> => {
  const found = await findPaths(held, restore)
  const shown = found.flatMap((each) => describe(each, restore)).join('\n')
  if (!(await agreed(how.environment, how.options, { shown, isAnything: true }))) return false
  await holdingAll([held], { claim: how.claim, wait: how.options.wait ?? false, emit: how.emit }, async () => {
    for (const each of found) await restorePath(held, each, restore)
  })
  return true
}

const describe = (each: FoundPath, restore: RestoreFiles): readonly string[] => [
  `  ${each.target}  ${bytes(each.bytes)} as of ${restore.snapshot.at}, from ${restore.from}`,
  ...(each.isThere ? [`    what is there now becomes ${asideOf(each, restore)}`] : []),
]
