import type { Claim } from '../../converge/state/lease.ts'
import { rolloutDirectory } from '../../converge/state/rollouts.ts'
import { FettleError } from '../../core/error.ts'
import { quote } from '../../core/shell.ts'
import { type DeployRecord, recordFile } from './app-state.ts'
import type { AppHost, DeploySite } from './site.ts'

export interface Intent {
  readonly release: string
  readonly version: string
  readonly direction: DeployRecord['direction']
}

/**
 * What a host had before the rollout that has not ended. Where it has been told already that all is done, and others have
 * not, it was what those had.
 */
export const releaseBeforeOn = (site: Pick<DeploySite, 'hosts'>, { state }: Pick<AppHost, 'state'>): string | null => {
  if (state.record) return state.record.from
  const record = unfinished(site)
  return record && record.direction === 'forward' && record.release === state.current ? record.from : state.current
}

/**
 * Writes on every host what is wanted and what it had before, so that whoever comes next can go on or go back. Where an
 * earlier rollout has not ended, what the host had before that is kept.
 */
export const writeRecords = async (site: DeploySite, intent: Intent, claim: Claim): Promise<void> => {
  await Promise.all(
    site.hosts.map((host) => {
      const { app, held } = host
      const record: DeployRecord = {
        ...intent,
        run: claim.owner,
        from: releaseBeforeOn(site, host),
        who: claim.who,
        since: claim.since,
      }
      const file = recordFile(app)
      return held.step(
        `note that ${intent.release} is ${intent.direction === 'forward' ? 'wanted' : 'taken back'}`,
        `umask 077 && mkdir -p ${rolloutDirectory} && printf '%s\\n' ${quote(JSON.stringify(record))} >${file}~ &&
sync ${file}~ && mv -f ${file}~ ${file}`,
      )
    }),
  )
}

export const removeRecords = async ({ hosts }: DeploySite): Promise<void> => {
  await Promise.all(hosts.map(({ app, held }) => held.step('note that it is done', `rm -f ${recordFile(app)}`)))
}

/** The rollout that has not ended, if there is one: the newest where hosts know of several. */
export const unfinished = ({ hosts }: Pick<DeploySite, 'hosts'>): DeployRecord | null => {
  const records = hosts.flatMap(({ state }) => (state.record ? [state.record] : []))
  return [...records].sort((one, other) => (one.since < other.since ? 1 : -1))[0] ?? null
}

/** Errors: `deploy.unfinished`. */
export const refuseUnfinished = (site: DeploySite): void => {
  const record = unfinished(site)
  if (!record) return
  const where = site.hosts.filter(({ state }) => state.record).map(nameOf)
  throw new FettleError({
    code: 'deploy.unfinished',
    message: `a rollout of ${site.app} ${record.release} has not ended`,
    detail: `${record.who}, since ${record.since}, on ${where.join(', ')}`,
    hint: `fettle resume ${site.app} goes on with it, fettle abort ${site.app} takes it back`,
  })
}

/**
 * The same before this run has the hosts: what somebody is at work on at this moment has not ended, and is not left
 * unfinished either. Errors: `deploy.unfinished`.
 */
export const refuseLeft = (site: DeploySite): void => {
  if (!site.hosts.some(({ held }) => held.wasHeld)) refuseUnfinished(site)
}

const nameOf = ({ name }: AppHost): string => name
