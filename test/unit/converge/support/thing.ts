import { effect, type Fact, topic } from '../../../../engine/core/fact.ts'
import { compare, inOrder } from '../../../../engine/core/plan.ts'
import { type Attachments, declarer, type Resource } from '../../../../engine/core/resource.ts'
import { script, type Touches } from '../../../../engine/core/step.ts'
import { runningUnit, units } from '../../../../engine/facts/units.ts'

/** The simplest that a host can be asked: what a name stands for. */
export const value: Fact<string, string | null> = {
  name: 'value',
  script: () => ':',
  parse: (_, names) => names.map(() => null),
}

/** The simplest thing with a desired state, whose step is as well known as its test wants it. */
export interface Thing {
  readonly name: string
  readonly wanted: string
  /** Default: itself alone. */
  readonly touches?: Touches
  /** Answers besides its own that its step brings about. */
  readonly brings?: Readonly<Record<string, string>>
  readonly foretold?: true
  /** A unit that its step starts. */
  readonly starts?: string
  /** Worth saying, whether or not something is to be done. */
  readonly notices?: readonly string[]
  /** Another name that it reads as well; where that stands for nothing, nothing is to be done. */
  readonly needs?: string
}

const thingResource: Resource<Thing, { found: string | null; ready: boolean }> = {
  kind: 'thing',
  identity: (spec) => spec.name,
  observe: async (spec, read) => ({
    found: await read(value, spec.name),
    ready: spec.needs === undefined || (await read(value, spec.needs)) !== null,
  }),
  plan: (spec, { found, ready }) => {
    const differences = ready ? compare({ value: found }, { value: spec.wanted }) : []
    const notices = spec.notices && { notices: spec.notices }
    if (differences.length === 0) return { ...inOrder, ...notices }
    const others = Object.entries(spec.brings ?? {}).map(([name, brought]) => effect(value, name, brought))
    const started = spec.starts ? [effect(units, spec.starts, runningUnit)] : []
    const step = script(`set ${spec.name}`, ':', {
      effects: [effect(value, spec.name, spec.wanted), ...others, ...started],
      touches: spec.touches ?? [topic(value, spec.name)],
      ...(spec.foretold && { foretold: true }),
    })
    return { action: found === null ? 'create' : 'change', differences, steps: [step], ...notices }
  },
  stamp: (_spec, { found }) => (found === null ? null : { version: found }),
  stampAfter: (spec) => ({ version: spec.wanted }),
}

const declare = declarer(thingResource)

export const thing = (spec: Thing & Attachments) => declare(spec)
