import type { Job } from '../converge/perform/batch.ts'
import type { Progress } from '../converge/perform/perform.ts'
import { plannedChange } from '../converge/plan/host-plan.ts'
import type { PlannedItem } from '../converge/plan/planning.ts'
import type { Reaction } from '../converge/plan/reactions.ts'
import type { Emit, HostPlan } from '../core/event.ts'

/** Turns the progress of a host's jobs into events, and counts. */
export const tell = (host: string, plan: HostPlan, emit: Emit) => {
  /** Steps that are still to be done, by key. */
  const waiting = new Map<string, number>()
  const items = new Map<string, PlannedItem>()
  const reactions = new Map<string, Reaction>()
  let deeds: Deeds = {
    changed: new Set(),
    reacted: new Set(),
    owing: new Set(plan.reactions.filter(({ owed }) => owed).map(({ unit }) => unit)),
  }
  let beforeGuard: Deeds | undefined

  const progress: Progress = {
    item: (planned) => {
      items.set(planned.item.declaration.key, planned)
      waiting.set(planned.item.declaration.key, planned.plan.steps.length)
    },
    reaction: (reaction) => reactions.set(reaction.unit, reaction),
    intended: (job) => {
      emit({ type: 'step.intended', host, key: keyOf(job), title: job.title })
    },
    begun: (jobs) => {
      for (const line of jobs.flatMap((job) => job.intents)) if ('owe' in line) deeds.owing.add(line.owe)
    },
    done: (job, duration) => {
      emit({ type: 'step.done', host, key: keyOf(job), title: job.title, duration })
      if (job.arms) beforeGuard = copied(deeds)
      for (const key of job.keys) finished(key)
    },
    failed: (job, problem) => emit({ type: 'step.failed', host, key: keyOf(job), title: job.title, problem }),
  }

  const finished = (key: string) => {
    const left = (waiting.get(key) ?? 1) - 1
    waiting.set(key, left)
    const [item, reaction] = [items.get(key), reactions.get(key)]
    if (left === 0 && item) {
      deeds.changed.add(key)
      emit({ type: 'resource.changed', host, change: plannedChange(item) })
    } else if (reaction) {
      deeds.reacted.add(key)
      emit({ type: 'reaction.done', host, reaction })
    }
  }

  /** Units that owed a reaction before, or whose inputs were about to change: their marks stay on the host. */
  const owed = () => [...deeds.owing].filter((unit) => !deeds.reacted.has(unit))
  const count = () => ({ changed: deeds.changed.size, reacted: deeds.reacted.size })

  /** The host has taken back what was guarded. */
  const takenBack = () => {
    deeds = beforeGuard ?? deeds
  }

  return { progress, owed, count, takenBack }
}

/** What a host's run came to so far. */
interface Deeds {
  readonly changed: Set<string>
  readonly reacted: Set<string>
  readonly owing: Set<string>
}

const copied = ({ changed, reacted, owing }: Deeds): Deeds => ({
  changed: new Set(changed),
  reacted: new Set(reacted),
  owing: new Set(owing),
})

const keyOf = (job: Job): string => job.keys.join(', ')
