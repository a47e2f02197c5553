import { FettleError } from '../../core/error.ts'

/** An instance, as far as the order of a rollout goes. */
export interface Place {
  readonly host: string
  readonly port: number
  /** Balancers send it requests, and it answers. */
  readonly serving: boolean
  /** Something about it is not as wanted. */
  readonly pending: boolean
}

/** A host's part of a wave: its instances in groups, one group after the other. */
export interface Turns {
  readonly host: string
  readonly groups: readonly (readonly number[])[]
}

export type Wave = readonly Turns[]

interface Rules {
  /** `2`, `25%` of the hosts. */
  readonly batch: string
  /** `2`, `50%` of the instances; null where nothing must be kept in service. */
  readonly minHealthy: string | null
  /** One host comes first, alone. */
  readonly canary: boolean
}

/** A number, or that share of all, rounded up. */
export const countOf = (share: string, all: number): number =>
  share.endsWith('%') ? Math.ceil((Number.parseInt(share, 10) / 100) * all) : Number(share)

/**
 * Hosts in batches. What does not serve comes before what does: it costs nobody anything. As many instances
 * of a host change at once as may be out of rotation together. Errors: `deploy.capacity` where that is not even one.
 */
export const planWaves = (places: readonly Place[], { batch, minHealthy, canary }: Rules): readonly Wave[] => {
  const pending = places.filter((place) => place.pending)
  const [idle, busy] = [pending.filter(({ serving }) => !serving), pending.filter(({ serving }) => serving)]
  const serving = places.filter((place) => place.serving).length + idle.length
  const least = minHealthy === null ? 0 : Math.min(countOf(minHealthy, places.length), places.length)
  const free = serving - least
  if (busy.length > 0 && free < 1) throw noCapacity(places, least)
  const size = Math.max(1, countOf(batch, new Set(places.map(({ host }) => host)).size))
  const hosts = Math.max(1, Math.min(size, free))
  const together = Math.max(1, Math.floor(free / hosts))
  const repairs = turnsOf(idle, Number.POSITIVE_INFINITY)
  const changes = turnsOf(busy, together)
  const waves = [...chunked(repairs, size), ...chunked(changes, hosts)]
  return canary ? canaryFirst(waves) : waves
}

const canaryFirst = ([first, ...others]: readonly Wave[]): Wave[] => {
  const [one, ...rest] = first ?? []
  return one ? [[one], ...(rest.length > 0 ? [rest] : []), ...others] : []
}

const turnsOf = (places: readonly Place[], together: number): Turns[] =>
  [...new Set(places.map(({ host }) => host))].map((host) => {
    const ports = places.filter((place) => place.host === host).map(({ port }) => port)
    return { host, groups: chunked(ports, Math.min(together, ports.length)) }
  })

const chunked = <Thing>(things: readonly Thing[], size: number): Thing[][] =>
  Array.from({ length: Math.ceil(things.length / size) }, (_, at) => things.slice(at * size, (at + 1) * size))

const noCapacity = (places: readonly Place[], least: number): FettleError => {
  const out = places.filter(({ serving }) => !serving).map(({ host, port }) => `${host}:${port}`)
  return new FettleError({
    code: 'deploy.capacity',
    message: `${places.length - out.length} of ${places.length} instances serve, and ${least} must stay in service`,
    ...(out.length > 0 && { detail: `these do not: ${out.join(', ')}` }),
    hint: 'rollout.minHealthy says how many; with more instances one can be spared',
  })
}
