import { FettleError } from '../../core/error.ts'
import { didYouMean } from '../../core/suggest.ts'
import type { AppState, DeployRecord } from './app-state.ts'
import { contracts, rollBack } from './back.ts'
import { forward } from './deploy.ts'
import { migrate } from './migrate.ts'
import { refuseLeft, refuseUnfinished, releaseBeforeOn, removeRecords, unfinished, writeRecords } from './record.ts'
import { planned } from './roll.ts'
import { type Ending, holding, type Rollout } from './rollout.ts'
import { type AppHost, type DeploySite, placesOf, type Wanted } from './site.ts'

/** Goes on with a rollout that has not ended, in the direction that it had. Errors: as of `deploy`. */
export const resume = async (rollout: Rollout): Promise<Ending> => {
  const record = unfinishedOf(rollout.site)
  if (record.direction === 'back') return abort(rollout)
  const { release, version } = record
  refuseMissing(rollout.site, release)
  if (!(await approved(rollout, () => release))) return null
  return holding(rollout, async (site) => {
    await migrate(site, release)
    return forward({ ...rollout, site }, { release, version })
  })
}

/** Takes a rollout that has not ended back from every host. Errors: as of `deploy`. */
export const abort = async (rollout: Rollout): Promise<Ending> => {
  const { release, version } = unfinishedOf(rollout.site)
  refuseContracting(rollout.site, release)
  if (!(await approved(rollout, (host) => releaseBeforeOn(rollout.site, host)))) return null
  return holding(rollout, async (site) => {
    await writeRecords(site, { release, version, direction: 'back' }, rollout.claim)
    await rollBack(site)
    await removeRecords(site)
    return { lost: [] }
  })
}

/**
 * Brings all hosts back to a release that was healthy on them. Default: the newest before the current one.
 * Errors: `release.missing`, and as of `deploy`.
 */
export const rollback = async (rollout: Rollout, to: string | undefined): Promise<Ending> => {
  const { site } = rollout
  refuseLeft(site)
  const { release, version } = releaseBefore(site, to)
  refuseMissing(site, release)
  for (const { current } of site.hosts.map(({ state }) => state)) if (current) refuseContracting(site, current)
  if (!(await approved(rollout, () => release))) return null
  return holding(rollout, async (held) => {
    refuseUnfinished(held)
    await rollout.hook('before', { release, version })
    return forward({ ...rollout, site: held }, { release, version })
  })
}

const approved = async ({ site, approve }: Rollout, wanted: Wanted): Promise<boolean> =>
  approve(planned(site, await placesOf(site, wanted), { careful: false, first: true }))

const unfinishedOf = (site: DeploySite): DeployRecord => {
  const record = unfinished(site)
  if (record) return record
  throw new FettleError({
    code: 'release.missing',
    message: `no rollout of ${site.app} is unfinished`,
    hint: `fettle releases ${site.app} shows what is there`,
  })
}

/** The same on every host: each of them going back to its own would leave them with different ones. */
const releaseBefore = ({ app, hosts }: DeploySite, to: string | undefined): AppState['releases'][number] => {
  const [first] = hosts
  const all = first?.state.releases ?? []
  const earlier = all.slice(all.findIndex((placed) => placed.release === first?.state.current) + 1)
  const found =
    to === undefined
      ? earlier.find(({ healthy }) => healthy)
      : all.find(({ release, version }) => release === to || version === to)
  if (found) return found
  const names = all.map(({ release }) => release)
  throw new FettleError({
    code: 'release.missing',
    message:
      to === undefined
        ? `before the current release of ${app} there is none that was healthy`
        : `${app} has no release "${to}"`,
    hint:
      (to !== undefined && didYouMean(to, names)) ||
      `--to takes: ${names.join(', ') || 'none, there is no release yet'}`,
  })
}

const refuseMissing = ({ app, hosts }: DeploySite, release: string): void => {
  const without = hosts.filter(({ state }) => !state.releases.some((placed) => placed.release === release))
  if (without.length === 0) return
  throw new FettleError({
    code: 'release.missing',
    message: `${release} is not on ${without.map(({ name }: AppHost) => name).join(', ')}`,
    hint: `fettle deploy ${app} --version … brings a version to all hosts`,
  })
}

const refuseContracting = (site: DeploySite, release: string): void => {
  if (!contracts(site, release)) return
  throw new FettleError({
    code: 'migration.failed',
    message: `the migration of ${release} took away what earlier releases need`,
    hint: 'there is no way back past it: mend it and deploy the next version',
  })
}
