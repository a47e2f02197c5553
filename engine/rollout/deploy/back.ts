import { FettleError } from '../../core/error.ts'
import type { HeldHost } from '../held-host.ts'
import { type Intent, removeRecords, writeRecords } from './record.ts'
import { roll } from './roll.ts'
import type { Rollout } from './rollout.ts'
import { type AppHost, type DeploySite, heldHosts, lookAgain } from './site.ts'

/** What nobody can go on from: the rollout is somebody else's by now, or whoever started it wants it to stop. */
const final = ['lease.lost', 'cancelled']

/**
 * Takes a release back from all hosts that have it, the last one first, through the same gates.
 * Errors: always one; `deploy.reverted` where every host is as before.
 */
export const back = async (rollout: Rollout, intent: Omit<Intent, 'direction'>, reason: unknown): Promise<never> => {
  if (!(reason instanceof FettleError) || final.includes(reason.code)) throw reason
  const { site } = rollout
  const { release } = intent
  const [problem] = reason.problems
  if (contracts(site, release)) throw noWayBack(site, release, reason)
  site.emit({ type: 'rollout.reverting', app: site.app, release, problem })
  const reached = await reachable(rollout)
  await writeRecords(reached, { ...intent, direction: 'back' }, rollout.claim)
  await rollBack(reached).catch((error) => {
    throw halfBack(site, reason, error)
  })
  await removeRecords(reached)
  const missing = site.hosts.filter(({ name }) => !reached.hosts.some((host) => host.name === name))
  const where = missing.length > 0 ? `all hosts but ${missing.map(nameOf).join(', ')}` : 'all hosts'
  throw new FettleError(
    {
      ...problem,
      code: 'deploy.reverted',
      message: `${release} was taken back, ${where} are as before: ${problem.message}`,
      ...(missing.length > 0 && { hint: `fettle abort ${site.app}, once they can be reached` }),
    },
    reason,
  )
}

/** Every host to what it had before; one that is not part of a rollout stays as it is. */
export const rollBack = async (site: DeploySite): Promise<void> => {
  const now = await lookAgain(site)
  const wanted = ({ state }: AppHost) => (state.record ? state.record.from : state.current)
  await roll({ ...now, hosts: [...now.hosts].reverse() }, { wanted, soak: { first: 0, others: 0 }, careful: false })
}

export const contracts = ({ hosts }: DeploySite, release: string): boolean =>
  hosts.some(({ state }) =>
    state.releases.some((placed) => placed.release === release && placed.contracts && placed.migrated),
  )

const noWayBack = ({ app }: DeploySite, release: string, reason: FettleError): FettleError =>
  new FettleError(
    {
      ...reason.problems[0],
      hint: `the migration of ${release} contracts, so it is not taken back: mend it and deploy the next version with --supersede, or go on with fettle resume ${app}`,
    },
    reason,
  )

/** Why it was to be taken back is told first. */
const halfBack = ({ app }: DeploySite, reason: FettleError, error: unknown): unknown => {
  if (!(error instanceof FettleError) || final.includes(error.code)) return error
  const [problem, ...rest] = error.problems
  const hint = `the way back ended here: mend this, and fettle abort ${app} goes on with it`
  return new FettleError([...reason.problems, { ...problem, hint }, ...rest], error)
}

/** Hosts and balancers whose connection was lost are called once more; who does not answer is left out. */
const reachable = async ({ site, claim }: Rollout): Promise<DeploySite> => {
  const answers = async (host: HeldHost): Promise<boolean> => {
    if (await host.isThere()) return true
    try {
      await host.revive(claim)
      return true
    } catch (error) {
      if (!(error instanceof FettleError)) throw error
      site.emit({ type: 'warning', host: host.name, message: `cannot be reached, and is left out: ${error.message}` })
      return false
    }
  }
  const asked = await Promise.all(heldHosts(site).map(async (host) => [host.name, await answers(host)] as const))
  const there = new Set(asked.flatMap(([name, answered]) => (answered ? [name] : [])))
  const left = {
    ...site,
    hosts: site.hosts.filter(({ name }) => there.has(name)),
    balancers: site.balancers.filter(({ name }) => there.has(name)),
    rotation: site.rotation.only(there),
  }
  return lookAgain(left)
}

const nameOf = ({ name }: AppHost): string => name
