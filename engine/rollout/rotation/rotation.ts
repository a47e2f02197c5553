import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../core/error.ts'
import type { Pool } from '../../core/rotation.ts'
import { askScript, nameOf, readSeats, type Seat, type ServerRef, type ServerState } from './haproxy.ts'

/** A host that balances requests, and how to run a script on it. */
export interface Balancer {
  readonly host: string
  readonly pools: readonly Pool[]
  /** Runs POSIX sh that changes nothing, and gives back what it printed. */
  ask(script: string): Promise<string>
  /** The same under the lease, for what changes something. */
  tell(script: string): Promise<string>
}

/** Where an instance stands. */
export interface Seated {
  readonly host: string
  readonly port: number
}

/** How all balancers see some instances. */
export interface View {
  readonly balancer: string
  readonly seats: readonly Seat[]
  /** Servers that it does not have. */
  readonly unknown: readonly string[]
}

/** Milliseconds between two looks. */
const pace = 100

/** Seconds that a balancer may take to notice something. */
const patience = 15

/** Takes instances out of rotation and puts them back, on every balancer and in every process of each. */
export class Rotation {
  readonly #balancers: readonly Balancer[]

  constructor(balancers: readonly Balancer[]) {
    this.#balancers = balancers
  }

  /** The same with these hosts as balancers and no others. */
  only(hosts: ReadonlySet<string>): Rotation {
    return new Rotation(this.#balancers.filter(({ host }) => hosts.has(host)))
  }

  /** The balancers that send requests to any of them. */
  askers(instances: readonly Seated[]): readonly Balancer[] {
    return this.#balancers.filter((balancer) => serversOf(balancer, instances).length > 0)
  }

  /** How they are seen at the moment. */
  look(instances: readonly Seated[]): Promise<readonly View[]> {
    return this.#tell(instances, null)
  }

  /**
   * Lets no new request come to them, and waits until the last one is answered. Resolves with how many were still busy
   * when the time was up. What a balancer that reloads meanwhile has forgotten is told again.
   * Whoever has a cookie would go on asking one that drains: such are out at once, and what they are asked already is answered.
   */
  async drain(instances: readonly Seated[], seconds: number): Promise<number> {
    const first = this.#isSticky(instances) ? 'maint' : 'drain'
    const busy = await this.#until(instances, first, seconds, (seats) => seats.every(isIdle))
    await this.#until(instances, 'maint', patience, (seats) => seats.every(isOut))
    return busy
  }

  /** Sends requests to them once each balancer has seen for itself that they are healthy. Errors: `balancer.failed`. */
  async admit(instances: readonly Seated[]): Promise<void> {
    const up = (seats: readonly Seat[]) => seats.filter(({ current }) => current).every(isUp)
    if ((await this.look(instances)).every(({ seats }) => up(seats))) return
    const healthy = (seats: readonly Seat[]) => seats.filter(({ current }) => current).every(isHealthy)
    const unsure = await this.#until(instances, 'drain', patience, healthy)
    if (unsure > 0) throw failed('a balancer does not find it healthy', await this.look(instances))
    const down = await this.#until(instances, 'ready', patience, up)
    if (down > 0) throw failed('a balancer does not send it requests', await this.look(instances))
  }

  #isSticky(instances: readonly Seated[]): boolean {
    const pools = this.#balancers.flatMap((balancer) => balancer.pools.filter(({ sticky }) => sticky))
    return serversOf({ pools }, instances).length > 0
  }

  /** Gives the state again and again until all agree or time is up; resolves with what was still wanting then. */
  async #until(
    instances: readonly Seated[],
    state: ServerState,
    seconds: number,
    agrees: (seats: readonly Seat[]) => boolean,
  ): Promise<number> {
    const end = performance.now() + seconds * 1000
    for (;;) {
      const views = await this.#tell(instances, state)
      const wanting = views.filter(({ seats }) => !agrees(seats))
      if (wanting.length === 0) return 0
      if (performance.now() >= end) return busyIn(wanting)
      await pause(pace)
    }
  }

  #tell(instances: readonly Seated[], state: ServerState | null): Promise<readonly View[]> {
    const telling = this.#balancers.flatMap((balancer) => {
      const servers = serversOf(balancer, instances)
      return servers.length > 0 ? [tell(balancer, servers, state)] : []
    })
    return Promise.all(telling)
  }
}

const serversOf = ({ pools }: Pick<Balancer, 'pools'>, instances: readonly Seated[]): readonly ServerRef[] =>
  pools.flatMap(({ backend, servers }) =>
    servers
      .filter(({ host, port }) => instances.some((each) => each.host === host && each.port === port))
      .map(({ name }) => ({ backend, server: name })),
  )

/** Errors: `balancer.failed` where it does not know a server. */
const tell = async (balancer: Balancer, servers: readonly ServerRef[], state: ServerState | null): Promise<View> => {
  const script = askScript(servers, state)
  const { seats, refusals } = readSeats(await (state === null ? balancer.ask(script) : balancer.tell(script)))
  const names = new Set(servers.map(nameOf))
  if (refusals.length === 0) {
    const known = new Set(seats.filter(({ current }) => current).map(nameOf))
    const unknown = known.size > 0 ? [...names].filter((name) => !known.has(name)) : []
    return { balancer: balancer.host, seats: seats.filter((seat) => names.has(nameOf(seat))), unknown }
  }
  throw new FettleError({
    code: 'balancer.failed',
    host: balancer.host,
    message: `HAProxy refused what it was told of ${[...names].join(', ')}`,
    detail: refusals.join('\n'),
    hint: 'provision the balancers first: they may not know these servers yet',
  })
}

/** An old process takes no orders and no new connections: it finishes what it has. */
const isIdle = ({ busy, status, current }: Seat): boolean => busy === 0 && !(current && status.startsWith('UP'))
const isOut = ({ status, current }: Seat): boolean => !current || status.startsWith('MAINT')
export const isUp = ({ status }: Seat): boolean => status.startsWith('UP') || status === 'no check'
/** `DRAIN 1/2` is one that has just come back: its check is still the one from before it was out. */
const isHealthy = ({ status, check }: Seat): boolean =>
  !/^(DOWN|MAINT)|\d\/\d/.test(status) && (check === '' || /^L[4-7]OK/.test(check))

const busyIn = (views: readonly View[]): number =>
  Math.max(
    1,
    views.reduce((sum, { seats }) => sum + seats.reduce((busy, seat) => busy + seat.busy, 0), 0),
  )

const failed = (message: string, views: readonly View[]): FettleError =>
  new FettleError({
    code: 'balancer.failed',
    message,
    detail: views
      .flatMap(({ balancer, seats }) =>
        seats.map((seat) => `${balancer}: ${nameOf(seat)} is ${seat.status} ${seat.check}`),
      )
      .join('\n'),
  })
