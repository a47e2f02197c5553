import { type Fact, type Read, topicKey } from '../../core/fact.ts'
import type { Step } from '../../core/step.ts'

/** A host as it will be after the steps planned so far: known effects are answers, the rest is uncertain. */
export interface Simulation {
  readonly read: Read
  /** Whether an answer read since the last call may be changed by a step before it is used. */
  takeUncertain(): boolean
  /** Whether an answer to a question already known to be asked is uncertain. */
  doubts(key: string): boolean
  apply(step: Step): void
  /** Nothing was applied yet: answers are simply the host's. */
  isUntouched(): boolean
}

export const simulate = (host: Read): Simulation => {
  const known = new Map<string, unknown>()
  const uncertain = new Set<string>()
  let everything = false
  let unforetold = false
  let touched = false
  let readUncertain = false

  // What an opaque step is known to bring is good enough for a preview, not for acting on.
  const doubts = (key: string) => everything || (!known.has(key) && uncertain.has(key))

  const read = <Query, Answer>(fact: Fact<Query, Answer>, query: Query): Promise<Answer> => {
    if (!touched) return host(fact, query)
    const key = topicKey({ fact: fact.name, query })
    if (known.has(key)) return Promise.resolve(known.get(key) as Answer)
    readUncertain ||= unforetold || uncertain.has(key)
    return host(fact, query)
  }

  const apply = (step: Step) => {
    touched = true
    if (step.touches === 'everything') {
      everything = true
      unforetold ||= !step.foretold
    } else {
      for (const topic of step.touches) {
        known.delete(topicKey(topic))
        uncertain.add(topicKey(topic))
      }
    }
    for (const { fact, query, answer } of step.effects) known.set(topicKey({ fact, query }), answer)
  }

  const takeUncertain = () => {
    const taken = readUncertain
    readUncertain = false
    return taken
  }

  return { read, takeUncertain, doubts, apply, isUntouched: () => !touched }
}
