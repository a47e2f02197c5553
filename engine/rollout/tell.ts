import type { Job, Progress } from '../converge/batch.ts'
import { plannedChange } from '../converge/host-plan.ts'
import type { Planning } from '../converge/plan.ts'
import type { Emit } from '../core/event.ts'

/** Turns the progress of a host's jobs into events, and counts. */
export const tell = (host: string, planning: Planning, emit: Emit) => {
  const waiting = new Map<string, number>()
  const changed = new Set<string>()
  const reacted = new Set<string>()
  const itemOf = (key: string) => planning.items.find(({ item }) => item.declaration.key === key)

  const progress: Progress = {
    intended: (job) => {
      for (const key of job.keys) waiting.set(key, (waiting.get(key) ?? 0) + 1)
      emit({ type: 'step.intended', host, key: keyOf(job), title: job.title })
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
    if (left > 0) return
    const planned = itemOf(key)
    if (planned) {
      changed.add(key)
      emit({ type: 'resource.changed', host, change: plannedChange(planned) })
    } else {
      reacted.add(key)
      const reaction = planning.reactions.find(({ unit }) => unit === key)
      if (reaction) emit({ type: 'reaction.done', host, reaction })
    }
  }

  /** Units of unfinished reactions: their marks stay on the host. */
  const owed = () => planning.reactions.map(({ unit }) => unit).filter((unit) => !reacted.has(unit))

  return { progress, owed, count: () => ({ changed: changed.size, reacted: reacted.size }) }
}

const keyOf = (job: Job): string => job.keys.join(', ')
