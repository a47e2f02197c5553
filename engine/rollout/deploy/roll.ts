import type { Problem } from '../../core/error.ts'
import { FettleError } from '../../core/error.ts'
import { entryOutcomeOf, onHost } from '../outcome.ts'
import { type AppHost, type DeploySite, lookAgain, lookAtApp, placesOf, type Wanted } from './site.ts'
import { stayHealthy } from './soak.ts'
import { hostHook, settleHost, turn } from './turn.ts'
import { type Place, planWaves, type Turns, type Wave } from './waves.ts'

export interface Rolling {
  readonly wanted: Wanted
  /** Seconds that the first wave, and every other one, must stay healthy. */
  readonly soak: { readonly first: number; readonly others: number }
  /** One host first, and as many in service as the app wants. Where a release is taken back, that comes first. */
  readonly careful: boolean
}

/** A host that was lost on the way, and left behind. */
export interface Lost {
  readonly host: string
  readonly problem: Problem
}

/**
 * Brings every instance to what it is to run, wave by wave; what is as wanted already is left alone. Each wave is planned
 * on what there is by then. Resolves with the hosts that were left behind.
 */
export const roll = async (site: DeploySite, rolling: Rolling): Promise<readonly Lost[]> => {
  const lost: Lost[] = []
  const turns = new Map<string, number>()
  // What an earlier wave brought may fail as late as during the soak of another one.
  const turned = new Map<string, AppHost>()
  for (let number = 1; ; number++) {
    const now = await lookAgain(without(site, lost))
    const [wave] = planned(now, await placesOf(now, rolling.wanted), { careful: rolling.careful, first: number === 1 })
    if (!wave) {
      await Promise.all(now.hosts.map((host) => settle(now, host, rolling.wanted(host))))
      return lost
    }
    countTurns(wave, turns, site.app)
    site.emit({ type: 'wave.started', app: site.app, number, hosts: wave.map(({ host }) => host) })
    const rolled = await rollWave(now, rolling, wave)
    lost.push(...rolled.lost)
    for (const host of rolled.turned) turned.set(host.name, host)
    const watched = without({ ...now, hosts: [...turned.values()] }, lost)
    lost.push(...(await soak(watched, rolling.wanted, number === 1 ? rolling.soak.first : rolling.soak.others)))
  }
}

const without = (site: DeploySite, lost: readonly Lost[]): DeploySite => ({
  ...site,
  hosts: site.hosts.filter(({ name }) => !lost.some(({ host }) => host === name)),
})

/** Where a host is lost meanwhile and may be left behind, the others are watched from the beginning again. */
const soak = async (site: DeploySite, wanted: Wanted, seconds: number): Promise<readonly Lost[]> => {
  try {
    await stayHealthy(site, wanted, seconds)
    return []
  } catch (error) {
    const lost = site.hosts.flatMap(({ name }) => lostOf(site, name, error) ?? [])
    if (lost.length === 0) throw error
    return [...lost, ...(await soak(without(site, lost), wanted, seconds))]
  }
}

/** The waves that a rollout would take, as things are. */
export const planned = (
  { hosts }: DeploySite,
  places: readonly Place[],
  { careful, first }: { readonly careful: boolean; readonly first: boolean },
): readonly Wave[] => {
  const rules = hosts[0]?.app.rollout
  if (!rules) return []
  return planWaves(places, {
    batch: rules.batch,
    minHealthy: careful ? rules.minHealthy : null,
    canary: careful && first,
  })
}

/** A balancer that is reloaded by somebody else just then forgets an instance that has come back; not twice in a row. */
const mostTurns = 2

/** What has had its turns and is not as wanted all the same would have turns without end. Errors: `instance.unhealthy`. */
const countTurns = (wave: Wave, turns: Map<string, number>, app: string): void => {
  for (const { host, groups } of wave)
    for (const port of groups.flat()) {
      const place = `${host}:${port}`
      const had = turns.get(place) ?? 0
      if (had === mostTurns)
        throw new FettleError({
          code: 'instance.unhealthy',
          host,
          message: `${app} on ${port} was put into rotation, and is not there any more`,
        })
      turns.set(place, had + 1)
    }
}

interface RolledWave {
  /** As they are after their turns. */
  readonly turned: readonly AppHost[]
  readonly lost: readonly Lost[]
}

/** All hosts of a wave come to an end before its first problem is told. */
const rollWave = async (site: DeploySite, { wanted, careful }: Rolling, wave: Wave): Promise<RolledWave> => {
  const hosts = site.hosts.flatMap((host) => {
    const turns = wave.find((each) => each.host === host.name)
    return turns ? [{ host, turns }] : []
  })
  const rolled = await Promise.allSettled(
    hosts.map(({ host, turns }) => rollHost(site, host, turns, { to: wanted(host), careful })),
  )
  const failures = rolled.flatMap((each, index) =>
    each.status === 'rejected' ? [{ host: hosts[index]?.host.name ?? '', error: each.reason as unknown }] : [],
  )
  const lost = failures.map(({ host, error }) => lostOf(site, host, error))
  const fatal = failures.find((_, index) => lost[index] === null)
  if (fatal) throw fatal.error
  return {
    turned: rolled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    lost: lost.flatMap((each) => (each ? [each] : [])),
  }
}

/** What is no reason to stop: the host itself is gone, and the app says that it may be left behind. */
const lostOf = (site: DeploySite, name: string, error: unknown): Lost | null => {
  if (!(error instanceof FettleError)) return null
  const host = site.hosts.find((each) => each.name === name)
  const [problem] = error.problems
  const isGone = entryOutcomeOf(problem) === 'unreachable' && problem.host === name
  if (!isGone || host?.app.rollout.unreachable !== 'leave') return null
  site.emit({ type: 'warning', host: name, message: `lost on the way, and left behind: ${problem.message}` })
  return { host: name, problem }
}

const rollHost = async (
  site: DeploySite,
  host: AppHost,
  { groups }: Turns,
  { to, careful }: { readonly to: string | null; readonly careful: boolean },
): Promise<AppHost> => {
  const { hooks } = host.app
  try {
    if (to !== null) await hostHook(host, 'run the hook before', hooks.hostBefore, to)
    for (const ports of groups) await turn(site, host, ports, to, careful)
    if (to !== null) await hostHook(host, 'run the hook after', hooks.hostAfter, to)
    return await lookAtApp(host)
  } catch (error) {
    throw await reasonOf(host, error)
  }
}

/** Whoever asks from elsewhere cannot tell an instance that does not answer from a host that is gone. */
const reasonOf = async ({ name, held }: AppHost, error: unknown): Promise<unknown> => {
  const asked = error instanceof FettleError && ['instance.unhealthy', 'balancer.failed'].includes(error.code)
  if (!asked || (await held.isThere())) return onHost(error, name)
  const { message } = error.problems[0]
  return new FettleError({ code: 'connection.lost', host: name, message: 'it is gone', detail: message }, error)
}

const settle = async (site: DeploySite, host: AppHost, to: string | null): Promise<void> => {
  const now = await lookAtApp(host)
  const isAlike = now.state.instances.every(({ linked }) => linked === to)
  if (!isAlike || now.state.current === to) return
  await settleHost(host, to)
  if (to !== null) site.emit({ type: 'release.live', host: host.name, app: site.app, release: to })
}
