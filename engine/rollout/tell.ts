import type { Job } from '../converge/batch.ts'
import { plannedChange } from '../converge/host-plan.ts'
import type { Progress } from '../converge/perform.ts'
import type { PlannedItem } from '../converge/planning.ts'
import type { Reaction } from '../converge/reactions.ts'
import type { Emit, HostPlan } from '../core/event.ts'

/** Turns the progress of a host's jobs into events, and counts. */
export const tell = (host: string, plan: HostPlan, emit: Emit) => {
  const waiting = new Map<string, number>()
  const items = new Map<string, PlannedItem>()
  const reactions = new Map<string, Reaction>()
  const changed = new Set<string>()
  const reacted = new Set<string>()
  const owing = new Set(plan.reactions.filter(({ owed }) => owed).map(({ unit }) => unit))

  const progress: Progress = {
    item: (planned) => items.set(planned.item.declaration.key, planned),
    reaction: (reaction) => reactions.set(reaction.unit, reaction),
    intended: (job) => {
      for (const key of job.keys) waiting.set(key, (waiting.get(key) ?? 0) + 1)
      emit({ type: 'step.intended', host, key: keyOf(job), title: job.title })
    },
    begun: (jobs) => {
      for (const line of jobs.flatMap((job) => job.intents)) if ('owe' in line) owing.add(line.owe)
    },
    done: (job, duration) => {
      emit({ type: 'step.done', host, key: keyOf(job), title: job.title, duration })
      for (const key of job.keys) finished(key)
    },
    failed: (job, problem) => emit({ type: 'step.failed', host, key: keyOf(job), title: job.title, problem }),
  }

  const finished = (key: string) => {
    const left = (waiting.get(key) ?? 1) - 1
    waiting.set(key, left)
    const [item, reaction] = [items.get(key), reactions.get(key)]
    if (left === 0 && item) {
      changed.add(key)
      emit({ type: 'resource.changed', host, change: plannedChange(item) })
    } else if (reaction) {
      reacted.add(key)
      emit({ type: 'reaction.done', host, reaction })
    }
  }

  /** Units that owed a reaction before, or whose inputs were about to change: their marks stay on the host. */
  const owed = () => [...owing].filter((unit) => !reacted.has(unit))

  return { progress, owed, count: () => ({ changed: changed.size, reacted: reacted.size }) }
}

const keyOf = (job: Job): string => job.keys.join(', ')
