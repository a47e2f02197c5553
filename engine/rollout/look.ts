import { type ConvergeRequest, planOn } from '../converge/converge.ts'
import { lookAgain, type SeenHost } from '../converge/look.ts'
import { plannedChange } from '../converge/plan/host-plan.ts'
import type { PlannedItem, Planning } from '../converge/plan/planning.ts'
import type { Reaction } from '../converge/plan/reactions.ts'
import type { Drift, HostLook } from './drift.ts'
import { hostProblems } from './outcome.ts'

/** Looks at one host again and again, over one connection as long as that lasts. Never changes anything. */
export class Lookout {
  readonly #request: ConvergeRequest
  readonly #anew: () => Promise<SeenHost>
  #enter: () => Promise<SeenHost>
  #seen: SeenHost | undefined

  /** `anew` connects once more; the request's own `look` is for the first time. */
  constructor(request: ConvergeRequest, anew: () => Promise<SeenHost>) {
    this.#request = request
    this.#enter = request.look
    this.#anew = anew
  }

  get name(): string {
    return this.#request.host.name
  }

  /** A connection that was lost since the last look is no news: only a host that lets nobody in is. */
  async look(): Promise<HostLook> {
    const [at, started] = [Date.now(), performance.now()]
    const isReused = this.#seen !== undefined
    const seen = await this.#once()
      .catch((error) => (isReused ? this.#once() : Promise.reject(error)))
      .catch(failed)
    const came = 'failure' in seen ? problemsOf(seen.failure, this.name) : driftsOf(seen)
    return { host: this.name, at, duration: performance.now() - started, ...came }
  }

  async close(): Promise<void> {
    await this.#seen?.session.close()
    this.#seen = undefined
  }

  async #once(): Promise<Planning> {
    const look = async () => {
      this.#seen = await (this.#seen ? lookAgain(this.#seen) : this.#enter())
      return this.#seen
    }
    try {
      return (await planOn({ ...this.#request, look })).planning
    } catch (error) {
      await this.close()
      throw error
    } finally {
      this.#enter = this.#anew
    }
  }
}

const failed = (failure: unknown) => ({ failure })

const problemsOf = (error: unknown, host: string) => {
  const problems = hostProblems(error, host)
  return { problem: problems[0], problems }
}

const driftsOf = ({ items, reactions, notices }: Planning) => ({
  drifts: [
    ...items.filter(({ plan }) => plan.differences.length > 0).map(itemDrift),
    // What follows from a drift is none of its own.
    ...reactions.filter(({ owed }) => owed).map(unitDrift),
  ],
  notices,
})

const itemDrift = (planned: PlannedItem): Drift => {
  const { key, role, action, differences, provisional } = plannedChange(planned)
  return { key, role, mends: action, differences, because: [], provisional, changedAt: changedAtOf(planned) }
}

/** As far as it was really seen: a simulated change has no time. */
const changedAtOf = ({ item: { declaration }, state }: PlannedItem): number | null => {
  const at = declaration.resource.stamp?.(declaration.spec, state)?.changedAt
  return at !== undefined && Number.isFinite(at) ? at : null
}

const unitDrift = ({ unit, asks, because }: Reaction): Drift => ({
  key: unit,
  role: null,
  mends: asks,
  differences: [],
  because,
  provisional: false,
  changedAt: null,
})
