import { FettleError, throwRejected } from '../../core/error.ts'
import { back } from './back.ts'
import { markContracting, migrate } from './migrate.ts'
import { type Parcel, placeRelease, roomProblem } from './place-release.ts'
import { type Intent, refuseLeft, refuseUnfinished, removeRecords, writeRecords } from './record.ts'
import { markHealthy, prune } from './retention.ts'
import { planned, roll } from './roll.ts'
import { type Ending, holding, type Rollout } from './rollout.ts'
import { type DeploySite, placesOf, type Wanted } from './site.ts'

export interface DeployOptions {
  readonly parcel: Parcel
  /** Its migration takes away what the release before needs: from then on there is no way back. */
  readonly contracts: boolean
  /** In place of a rollout that has not ended. */
  readonly supersedes: boolean
}

/**
 * Brings a release to all hosts of an app without a failed request, or takes it back from all of them.
 * Errors: `deploy.*`, `release.*`, `migration.failed`, `hook.failed`, `lease.held`.
 */
export const deploy = async (rollout: Rollout, { parcel, ...options }: DeployOptions): Promise<Ending> => {
  const { release, version } = parcel
  if (!(await isApproved(rollout, () => release, options))) return null
  return holding(rollout, async (site) => {
    if (!options.supersedes) refuseUnfinished(site)
    refuseFull(site, parcel)
    await rollout.hook('before', parcel)
    await placeAll(site, parcel)
    if (options.contracts) await markContracting(site, release)
    await migrate(site, release)
    return forward({ ...rollout, site }, { release, version })
  })
}

/** From the first instance that changes to the last one that is healthy. */
export const forward = async (rollout: Rollout, intent: Omit<Intent, 'direction'>): Promise<Ending> => {
  const { site, claim } = rollout
  const { release } = intent
  const rules = site.hosts[0]?.app.rollout
  const soak = { first: rules?.canarySoak ?? 0, others: rules?.soak ?? 0 }
  await writeRecords(site, { ...intent, direction: 'forward' }, claim)
  const lost = await roll(site, { wanted: () => release, soak, careful: true }).catch((error) =>
    back(rollout, intent, error),
  )
  const reached = { ...site, hosts: site.hosts.filter(({ name }) => !lost.some(({ host }) => host === name)) }
  await markHealthy(reached, release)
  await removeRecords(reached)
  await prune(reached)
  await rollout.hook('after', intent)
  return { lost }
}

const isApproved = async (
  { site, approve }: Rollout,
  wanted: Wanted,
  { supersedes }: Pick<DeployOptions, 'supersedes'>,
): Promise<boolean> => {
  if (!supersedes) refuseLeft(site)
  return approve(planned(site, await placesOf(site, wanted), { careful: true, first: true }))
}

/** Errors: `release.room`, for all hosts at once. */
const refuseFull = ({ hosts }: DeploySite, parcel: Parcel): void => {
  const full = hosts.flatMap((host) => roomProblem(host, parcel) ?? [])
  if (full.length === 0) return
  throw new FettleError({
    code: 'release.room',
    message: `there is no room for ${parcel.release}`,
    detail: full.join('\n'),
    hint: 'the archive and what is in it must fit twice; keep fewer releases, or give the disk more space',
  })
}

/** On all hosts at once. */
const placeAll = async ({ hosts, app, emit }: DeploySite, parcel: Parcel): Promise<void> => {
  const placed = await Promise.allSettled(hosts.map((host) => placeRelease(host, parcel)))
  throwRejected(placed)
  for (const { name } of hosts) emit({ type: 'release.placed', host: name, app, release: parcel.release })
}
