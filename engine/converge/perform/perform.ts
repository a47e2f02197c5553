import { type Stale, topic, topicKey } from '../../core/fact.ts'
import type { HostFacts } from '../../core/host.ts'
import type { Session } from '../../core/ports.ts'
import { databaseObjects } from '../../facts/database/objects.ts'
import { units } from '../../facts/units.ts'
import { observeItem } from '../plan/observe-item.ts'
import type { Observer } from '../plan/observer.ts'
import { askAhead } from '../plan/plan.ts'
import { type PlannedItem, type Planning, type PlanRequest, planOf } from '../plan/planning.ts'
import { type Course, changedInputs, judgedAfter, judgeUnit, paidInputs, startedUnits } from '../plan/react.ts'
import { type Reaction, unitNow } from '../plan/reactions.ts'
import { type Simulation, simulate } from '../plan/simulation.ts'
import type { LeftStep } from '../state/detached.ts'
import type { Lease } from '../state/lease.ts'
import { type Manifest, type ManifestLine, type Moment, manifestFact } from '../state/manifest.ts'
import { type Job, type JobProgress, runBatch } from './batch.ts'
import { mergeJob, reactionJob, recordJob, type StepJob, stepJob, validationJob } from './jobs.ts'
import { isGone, jobContext, noContext } from './records.ts'
import { refuse } from './refuse.ts'
import { GuardedSection, type Reconnect } from './section.ts'

/** What a host tells while it is changed. */
export interface Progress extends JobProgress {
  /** An item whose steps come next: it may differ from what was planned. */
  item(planned: PlannedItem): void
  reaction(reaction: Reaction): void
}

export interface PerformRequest {
  readonly request: PlanRequest
  readonly planning: Planning
  readonly session: Session
  readonly reconnect: Reconnect
  readonly facts: Pick<HostFacts, 'arrival'>
  /** Seconds that the host waits for guarded changes to be confirmed. */
  readonly window: number
  readonly lease: Lease
  /** Steps whose end an earlier run did not see. */
  readonly left: readonly LeftStep[]
  readonly observer: Observer
  /** The host's clock, as far as it is known here. */
  readonly now: () => Moment
  /** Somebody approved exactly this plan: what it did not announce is not done. */
  readonly approved: boolean
  /** Units whose reactions somebody else sees to: they stay owed. */
  readonly leave: ReadonlySet<string>
  readonly progress: Progress
}

/** The only writer: does what a plan says, in its order, in as few scripts as its steps allow. */
export const perform = async (request: PerformRequest): Promise<void> => {
  const performer = new Performer(request)
  try {
    await performer.reactions(-1)
    for (const [index, planned] of request.planning.items.entries()) {
      await performer.item(planned, index)
      await performer.reactions(index)
    }
    await performer.finish()
  } catch (error) {
    await performer.takeBack(error)
  }
}

class Performer {
  readonly #request: PerformRequest
  readonly #items: PlannedItem[]
  readonly #changed = new Map<string, { index: number; unseen: boolean }>()
  readonly #starts = new Map<string, number>()
  readonly #validated = new Set<string>()
  readonly #records: ManifestLine[] = []
  /** What cannot be taken back, and so comes behind the section. */
  readonly #irrevocable: StepJob[] = []
  #section: GuardedSection | undefined
  #simulation: Simulation
  #batch: (Job | StepJob)[] = []

  constructor(request: PerformRequest) {
    this.#request = request
    this.#items = [...request.planning.items]
    this.#simulation = simulate(request.observer.read)
  }

  async item(planned: PlannedItem, index: number): Promise<void> {
    const current = this.#joins(planned) ? planned : await this.#review(planned)
    this.#items[index] = current
    if (current.plan.steps.length === 0) {
      if (current.leaving && isGone(current)) this.#records.push({ drop: current.item.declaration.key })
      return
    }
    refuse(planned, current, this.#request)
    this.#request.progress.item(current)
    this.#validate(current, index)
    await this.#noteStarts(current, index)
    current.plan.steps.forEach((step, at) => {
      const job = stepJob([current.item.declaration.key], step, jobContext(current, at, this.#request))
      if (step.irrevocable && this.#section) this.#irrevocable.push(job)
      else this.#add(job)
      this.#simulation.apply(step)
    })
    this.#changed.set(current.item.declaration.key, { index, unseen: true })
  }

  async reactions(index: number): Promise<void> {
    for (const unit of this.#request.planning.affected) {
      if (judgedAfter(this.#items, unit) === index) await this.#react(unit)
    }
  }

  async finish(): Promise<void> {
    if (this.#records.length > 0) this.#batch.push(recordJob(this.#records))
    await this.#send()
    await this.#section?.confirm()
    this.#section = undefined
    this.#batch = this.#irrevocable
    await this.#send()
  }

  async takeBack(error: unknown): Promise<never> {
    if (this.#section) await this.#section.takeBack(error)
    throw error
  }

  /** Whether it continues the transaction at the end of the batch, or is of its kind and had nothing to do. */
  #joins({ item, plan }: PlannedItem): boolean {
    const last = this.#batch.at(-1)
    const [step] = plan.steps
    if (this.#section || !last || !('step' in last) || plan.steps.length > 1) return false
    if (step) return mergeJob(last, stepJob([], step, noContext)) !== null
    const kind = `${item.declaration.resource.kind}:`
    return last.step.does === 'run' && last.step.merge === true && last.keys.every((key) => key.startsWith(kind))
  }

  /** Looks again, because steps in between may have changed it. */
  async #review(planned: PlannedItem): Promise<PlannedItem> {
    if ([...planned.asked].some((key) => this.#simulation.doubts(key))) await this.#flush()
    const { state, asked } = await observeItem(planned.item, this.#simulation.read)
    return { ...planned, state, asked, plan: planOf(planned.item, state, this.#request.request.manifest) }
  }

  #validate({ item }: PlannedItem, index: number): void {
    const validator = item.declaration.attachments.validate
    if (!validator || this.#validated.has(validator.name)) return
    this.#validated.add(validator.name)
    this.#batch.push(validationJob(validator, this.#items.slice(index)))
  }

  async #noteStarts(current: PlannedItem, index: number): Promise<void> {
    for (const unit of startedUnits(current)) {
      const answer = await this.#simulation.read(units, unit)
      if (!unitNow(answer, this.#request.request.bootId).active) this.#starts.set(unit, index)
    }
  }

  #add(job: StepJob): void {
    if (job.step.guard) this.#openSection()
    const last = this.#batch.at(-1)
    const merged = last && 'step' in last && !this.#section ? mergeJob(last, job) : null
    if (merged) this.#batch[this.#batch.length - 1] = merged
    else this.#batch.push(this.#section?.step(job) ?? job)
  }

  /** From here to the end of the run. */
  #openSection(): void {
    if (this.#section) return
    this.#section = new GuardedSection({ ...this.#request, items: this.#items })
    this.#batch.push(this.#section.arm())
  }

  async #react(unit: string): Promise<void> {
    if (this.#doubtsInputsOf(unit)) await this.#flush()
    const { bootId, manifest, others = [] } = this.#request.request
    const course: Course = {
      items: this.#items,
      others,
      manifest,
      bootId,
      read: this.#simulation.read,
      changed: this.#changed,
      starts: this.#starts,
    }
    const verdict = await judgeUnit(unit, course)
    const { reaction, active } = verdict
    if (reaction && this.#request.leave.has(unit)) return
    const paid = { pay: unit, inputs: changedInputs(manifest.paid.get(unit), await paidInputs(unit, verdict, course)) }
    if (reaction) {
      this.#request.progress.reaction(reaction)
      const job = reactionJob(reaction, paid)
      this.#batch.push(this.#section?.reaction(job, reaction) ?? job)
      this.#simulation.apply({
        does: 'run',
        title: '',
        script: '',
        args: [],
        effects: [],
        touches: [topic(units, unit)],
      })
    } else if (active && !isRecorded(manifest, paid)) this.#records.push(paid)
  }

  #doubtsInputsOf(unit: string): boolean {
    if (this.#simulation.doubts(topicKey(topic(units, unit)))) return true
    return this.#items.some(({ item: { declaration } }) => {
      const { reloads = [], restarts = [] } = declaration.attachments
      const unseen = this.#changed.get(declaration.key)?.unseen
      return unseen && !declaration.resource.stampAfter && [...reloads, ...restarts].includes(unit)
    })
  }

  /** Performs what has gathered, and asks anew about everything in one turn. */
  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return
    await this.#send()
    const { observer } = this.#request
    for (const [key, change] of this.#changed) this.#changed.set(key, { ...change, unseen: false })
    this.#simulation = simulate(observer.read)
    await askAhead(
      this.#items.map(({ item }) => item),
      observer,
    )
  }

  async #send(): Promise<void> {
    const batch = this.#batch
    this.#batch = []
    if (batch.length > 0) await runBatch({ ...this.#request, jobs: batch })
    this.#request.observer.forget(staleAfter(batch))
  }
}

/** Asked again after every batch: any change may cost a unit its life, and what a server says holds no longer than that. */
const always: readonly Stale[] = [units, databaseObjects, manifestFact].map(({ name }) => ({ fact: name }))

/** Files touch what they say; a script might do more than it says, and is held to what is found. */
const staleAfter = (batch: readonly (Job | StepJob)[]): 'everything' | readonly Stale[] => {
  const stale = [...always]
  for (const job of batch) {
    if (!('step' in job)) continue
    const { does, touches } = job.step
    if (does === 'run' || touches === 'everything') return 'everything'
    stale.push(...touches)
  }
  return stale
}

const isRecorded = ({ paid, owed }: Manifest, { pay, inputs }: { pay: string; inputs: object }): boolean =>
  paid.has(pay) && !owed.has(pay) && Object.keys(inputs).length === 0
