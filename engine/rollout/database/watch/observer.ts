import { setTimeout as pause } from 'node:timers/promises'
import { FettleError } from '../../../core/error.ts'
import type { Council, FailoverOutcome, Gathering } from '../../../core/observers.ts'
import { type ClusterHost, memberOf } from '../cluster.ts'
import type { Failover } from '../failover.ts'
import { answers } from '../member.ts'
import { type Decision, decide } from './decision.ts'
import { HostWatch, type HostWatchRequest } from './host-watch.ts'
import { News, type Standing } from './news.ts'
import type { Sight } from './sight.ts'
import { termsOf } from './terms.ts'
import { judge, type Verdict } from './verdict.ts'

export interface ObserverRequest {
  readonly cluster: string
  readonly primary: string
  readonly hosts: readonly Omit<ClusterHost, 'held'>[]
  readonly connect: (host: string) => HostWatchRequest['connect']
  readonly council: Council
  /** Fails over as a run of its own. */
  readonly failOver: (how: Pick<Failover, 'deaf'>, fence: readonly string[] | null) => Promise<Came>
  readonly tell: (standing: Standing) => void
  /** Ends it, once a failover that it has begun has ended. */
  readonly signal: AbortSignal
}

/** What a failover came to. */
export interface Came {
  readonly run: string
  readonly outcome: FailoverOutcome
  readonly message: string
}

/** Milliseconds from one judgement to the next. */
const every = 1000

/** Milliseconds after the first failover that was refused; twice as many after each further one, ten minutes at most. */
const afterRefusal = 10_000

/** Milliseconds by which this process may be late before nobody's silence is trusted any more. */
const lateness = 2000

/** One observer of one cluster: watches its hosts, tells the others what it holds, and acts where all rules allow it. */
export class Observer {
  readonly #request: ObserverRequest
  readonly #watches: readonly HostWatch[]
  readonly #news = new News()
  readonly #begun = new Set<number>()
  readonly #failed = new AbortController()
  #acting: Promise<void> | undefined
  #bug: { readonly error: unknown } | undefined
  #refusals = 0
  #restsUntil = 0

  constructor(request: ObserverRequest) {
    this.#request = request
    const { cluster, connect } = request
    this.#watches = request.hosts.map(({ name }) => new HostWatch({ name, cluster, connect: connect(name) }))
  }

  /** Until the signal. Errors: bugs alone. */
  async run(): Promise<void> {
    const signal = AbortSignal.any([this.#request.signal, this.#failed.signal])
    const clock = this.#noticeStalls()
    const work = [this.#judgeAll(signal), ...this.#watches.map((watch) => watch.run(signal))]
    try {
      await Promise.all(work)
    } finally {
      this.#failed.abort()
      clearInterval(clock)
      await this.#acting
      await this.#request.council.leave().catch(() => {})
    }
    if (this.#bug) throw this.#bug.error
  }

  /** A process that was stopped, or a machine that slept, has asked nobody meanwhile. */
  #noticeStalls(): NodeJS.Timeout {
    const period = 500
    let last = performance.now()
    return setInterval(() => {
      const late = performance.now() - last - period
      last += period + late
      if (late > lateness) for (const watch of this.#watches) watch.forgive(late)
    }, period)
  }

  async #judgeAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = performance.now() + every
      if (this.#watches.every(({ isKnown }) => isKnown)) await this.#judge()
      await pause(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => {})
    }
  }

  async #judge(): Promise<void> {
    const { hosts, primary, council } = this.#request
    const { after } = termsOf(hosts, primary)
    const sight = this.#look(after)
    const verdict = judge(sight, primary, after)
    const opinion = { epoch: verdict.epoch?.number ?? 0, gone: verdict.state === 'gone' }
    const gathering = await council.tell(opinion).catch((error) => this.#storeless(error))
    const terms = termsOf(hosts, verdict.writer)
    const decision = decide({ verdict, terms, gathering, holder: this.#acting ? null : sight.holder })
    this.#tell(standingsOf(sight, verdict, gathering))
    if (decision.state !== 'fail over') return this.#tell(this.#acting ? [] : [{ subject: 'cluster', ...decision }])
    if (this.#acting || performance.now() < this.#restsUntil) return
    this.#acting = this.#act(verdict, sight, decision)
      .catch((error) => {
        this.#bug = { error }
        this.#failed.abort()
      })
      .finally(() => {
        this.#acting = undefined
      })
  }

  #look(after: number): Sight {
    const { hosts } = this.#request
    const members = hosts.map((host, index) => ({
      ...memberOf(host, hosts.length),
      seen: (this.#watches[index] as HostWatch).seen,
    }))
    const quiet = this.#watches.filter(({ received }) => received.seconds >= after)
    return {
      members,
      silence: new Map(this.#watches.map(({ name, silence }) => [name, silence])),
      deaf: new Map(quiet.map(({ name, received }) => [name, received.what])),
      holder: this.#watches.flatMap(({ holder }) => holder ?? [])[0] ?? null,
    }
  }

  /** Beside the watching, which goes on: other observers are to know that this one lives. */
  async #act({ epoch, writer }: Verdict, { deaf }: Sight, { message }: Decision): Promise<void> {
    const { hosts, council, failOver } = this.#request
    const { damping, fence } = termsOf(hosts, writer)
    const wish = { epoch: epoch?.number ?? 0, writer, damping }
    const number = await council.claim(wish).catch((error) => this.#storeless(error))
    if (number === null || this.#begun.has(number)) return
    this.#begun.add(number)
    this.#tell([{ subject: 'cluster', state: 'failing over', message: `${message}: failover ${number} begins` }])
    const { run, outcome, message: came } = await failOver({ deaf }, fence)
    await council.end(number, outcome, run).catch((error) => this.#storeless(error))
    this.#refusals = outcome === 'refused' ? this.#refusals + 1 : 0
    if (outcome === 'refused')
      this.#restsUntil = performance.now() + afterRefusal * Math.min(60, 2 ** this.#refusals / 2)
    this.#tell([{ subject: 'cluster', state: stateAfter[outcome], message: `failover ${number}, run ${run}: ${came}` }])
  }

  #storeless(error: unknown): null {
    if (!(error instanceof FettleError)) throw error
    this.#tell([
      { subject: 'store', state: 'silent', message: error.problems.map(({ message }) => message).join('; ') },
    ])
    return null
  }

  #tell(standings: readonly Standing[]): void {
    for (const standing of this.#news.of(standings)) this.#request.tell(standing)
  }
}

const stateAfter = { done: 'failed over', failed: 'failed', refused: 'stood back' } as const

/** What stands beside the cluster itself. */
const standingsOf = ({ members }: Sight, { writer }: Verdict, gathering: Gathering | null): readonly Standing[] => [
  ...members
    .filter(({ name }) => name !== writer)
    .map((member) => ({
      subject: member.name,
      ...(answers(member)
        ? { state: 'answers', message: `${member.name} answers` }
        : { state: 'silent', message: `${member.name} does not answer` }),
    })),
  ...(gathering
    ? [
        { subject: 'store', state: 'answers', message: 'the store answers' },
        { subject: 'observers', state: `${gathering.observers}`, message: `${gathering.observers} observing` },
      ]
    : []),
]
