import { FettleError } from '../core/error.ts'
import { type Stale, topic, topicKey } from '../core/fact.ts'
import type { Session } from '../core/ports.ts'
import type { Step } from '../core/step.ts'
import { units } from '../facts/units.ts'
import { type Job, type JobProgress, runBatch } from './batch.ts'
import { mergeJob, reactionJob, recordJob, type StepJob, stepJob, validationJob } from './jobs.ts'
import { type Manifest, type ManifestLine, type Moment, manifestFact } from './manifest.ts'
import { observeItem } from './observe-item.ts'
import type { Observer } from './observer.ts'
import { askAhead } from './plan.ts'
import type { PlannedItem, Planning, PlanRequest } from './planning.ts'
import { type Course, changedInputs, judgedAfter, judgeUnit, paidInputs, startedUnits } from './react.ts'
import { type Reaction, unitNow } from './reactions.ts'
import { isGone, jobContext, noContext } from './records.ts'
import { type Simulation, simulate } from './simulation.ts'

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
  readonly observer: Observer
  /** The host's clock, as far as it is known here. */
  readonly now: () => Moment
  /** Somebody approved exactly this plan: what it did not announce is not done. */
  readonly approved: boolean
  readonly progress: Progress
}

/** The only writer: does what a plan says, in its order, in as few scripts as its steps allow. */
export const perform = async (request: PerformRequest): Promise<void> => {
  const performer = new Performer(request)
  await performer.reactions(-1)
  for (const [index, planned] of request.planning.items.entries()) {
    await performer.item(planned, index)
    await performer.reactions(index)
  }
  await performer.finish()
}

class Performer {
  readonly #request: PerformRequest
  readonly #items: PlannedItem[]
  readonly #changed = new Map<string, { index: number; unseen: boolean }>()
  readonly #starts = new Map<string, number>()
  readonly #validated = new Set<string>()
  readonly #records: ManifestLine[] = []
  #simulation: Simulation
  #batch: (Job | StepJob)[] = []
  #stale: 'everything' | readonly Stale[] = always

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
    this.#refuseUnannounced(planned, current)
    this.#request.progress.item(current)
    this.#validate(current, index)
    await this.#noteStarts(current, index)
    current.plan.steps.forEach((step, at) => {
      this.#add(stepJob([current.item.declaration.key], step, jobContext(current, at, this.#request)))
      this.#simulation.apply(step)
      this.#stale = staleAfter(this.#stale, step)
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
  }

  /** Whether it continues the transaction at the end of the batch, or is of its kind and had nothing to do. */
  #joins({ item, plan }: PlannedItem): boolean {
    const last = this.#batch.at(-1)
    const [step] = plan.steps
    if (!last || !('step' in last) || plan.steps.length > 1) return false
    if (step) return mergeJob(last, stepJob([], step, noContext)) !== null
    const kind = `${item.declaration.resource.kind}:`
    return last.step.does === 'run' && last.step.merge === true && last.keys.every((key) => key.startsWith(kind))
  }

  /** Looks again, because steps in between may have changed it. */
  async #review(planned: PlannedItem): Promise<PlannedItem> {
    if ([...planned.asked].some((key) => this.#simulation.doubts(key))) await this.#flush()
    const { state, asked } = await observeItem(planned.item, this.#simulation.read)
    const plan = planned.item.declaration.resource.plan(planned.item.declaration.spec, state)
    return { ...planned, state, asked, plan }
  }

  #refuseUnannounced(planned: PlannedItem, current: PlannedItem): void {
    if (!this.#request.approved || planned.plan.steps.length > 0 || planned.provisional) return
    throw new FettleError({
      code: 'plan.changed',
      message: `${current.item.declaration.key} needs a change that the plan had not announced`,
      detail: current.plan.steps.map((step) => step.title).join('\n'),
      hint: 'the host changed since it was planned, or a step had an effect nobody declared: look at a new plan',
    })
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
    const last = this.#batch.at(-1)
    const merged = last && 'step' in last ? mergeJob(last, job) : null
    if (merged) this.#batch[this.#batch.length - 1] = merged
    else this.#batch.push(job)
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
    const paid = { pay: unit, inputs: changedInputs(manifest.paid.get(unit), await paidInputs(unit, verdict, course)) }
    if (reaction) {
      this.#request.progress.reaction(reaction)
      this.#batch.push(reactionJob(reaction, paid))
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
    if (batch.length > 0) await runBatch(this.#request.session, batch, this.#request.progress)
    this.#request.observer.forget(this.#stale)
    this.#stale = always
  }
}

/** Asked again after every batch: any change may cost a unit its life. */
const always: readonly Stale[] = [units, manifestFact].map(({ name }) => ({ fact: name }))

/** Files touch what they say; a script might do more than it says, and is held to what is found. */
const staleAfter = (stale: 'everything' | readonly Stale[], { does, touches }: Step): typeof stale =>
  stale === 'everything' || touches === 'everything' || does === 'run' ? 'everything' : [...stale, ...touches]

const isRecorded = ({ paid, owed }: Manifest, { pay, inputs }: { pay: string; inputs: object }): boolean =>
  paid.has(pay) && !owed.has(pay) && Object.keys(inputs).length === 0
