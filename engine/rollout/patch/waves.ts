import type { RolloutRules } from '../../core/app.ts'
import { FettleError } from '../../core/error.ts'
import { countOf } from '../deploy/waves.ts'

/** A server of a backend, as its balancers see it. */
export interface Seat {
  readonly host: string
  readonly port: number
  /** All of them send it requests. */
  readonly serving: boolean
}

/** What balancers spread the same requests over. */
export interface Backend {
  readonly name: string
  readonly rules: Pick<RolloutRules, 'batch' | 'minHealthy'>
  readonly seats: readonly Seat[]
}

export interface NextWave {
  readonly hosts: readonly string[]
  /** Backends that have nobody to spare even when all is well: requests to them fail meanwhile. */
  readonly short: readonly string[]
}

/**
 * Pure. The hosts that go together next: as many as each of their backends can spare, one where nothing was tried yet. Whoever
 * serves nobody comes first. Errors: `deploy.capacity` where one could be spared if those served that do not.
 */
export const nextWave = (pending: readonly string[], backends: readonly Backend[], isFirst: boolean): NextWave => {
  const serves = (host: string) => backends.some((backend) => servingOn(backend, [host]) > 0)
  const ordered = [...pending.filter((host) => !serves(host)), ...pending.filter(serves)]
  const fits = (wave: readonly string[]) => backends.every((backend) => canSpare(backend, wave))
  const hosts: string[] = []
  for (const host of ordered) if (!(isFirst && hosts.length > 0) && fits([...hosts, host])) hosts.push(host)
  if (hosts.length > 0) return { hosts, short: [] }
  const alone = ordered.slice(0, 1)
  const lacking = backends.filter((backend) => !canSpare(backend, alone))
  const idle = lacking.filter((backend) => canSpare(asWell(backend), alone))
  if (idle.length > 0) throw noCapacity(idle, alone)
  return { hosts: alone, short: lacking.map(({ name }) => name) }
}

const servingOn = ({ seats }: Backend, hosts: readonly string[]): number =>
  seats.filter(({ host, serving }) => serving && hosts.includes(host)).length

const canSpare = (backend: Backend, wave: readonly string[]): boolean => {
  const { seats, rules } = backend
  const taken = servingOn(backend, wave)
  if (taken === 0) return true
  const all = new Set(seats.map(({ host }) => host))
  const inWave = wave.filter((host) => all.has(host)).length
  const serving = seats.filter((seat) => seat.serving).length
  return inWave <= Math.max(1, countOf(rules.batch, all.size)) && serving - taken >= leastOf(backend)
}

const leastOf = ({ rules, seats }: Backend): number => Math.max(1, countOf(rules.minHealthy, seats.length))

const asWell = (backend: Backend): Backend => ({
  ...backend,
  seats: backend.seats.map((seat) => ({ ...seat, serving: true })),
})

const noCapacity = (backends: readonly Backend[], wave: readonly string[]): FettleError => {
  const out = backends.flatMap(({ name, seats }) =>
    seats.filter(({ serving }) => !serving).map(({ host, port }) => `${name}: ${host}:${port}`),
  )
  return new FettleError({
    code: 'deploy.capacity',
    ...(wave[0] !== undefined && { host: wave[0] }),
    message: 'it cannot be spared, as others do not serve',
    detail: `these do not: ${out.join(', ')}`,
    hint: 'mend them, or give them their release; fettle patch goes on then',
  })
}
