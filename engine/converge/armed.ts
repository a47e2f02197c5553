import { effect, type Fact } from '../core/fact.ts'
import { inOrder } from '../core/plan.ts'
import type { Resource } from '../core/resource.ts'
import { script } from '../core/step.ts'
import type { Item } from './plan/describe.ts'
import { armedFile, revertAbandoned } from './state/guard.ts'

/** Whether the host is about to take something back. */
export const armed: Fact<null, boolean> = {
  name: 'armed',
  script: () => `[ ! -e ${armedFile} ] || echo yes`,
  parse: (output) => [output.startsWith('yes')],
}

const resource: Resource<object, boolean> = {
  kind: 'guard',
  identity: () => 'armed',
  observe: (_spec, read) => read(armed, null),
  plan: (_spec, isArmed) =>
    isArmed
      ? {
          action: 'run',
          differences: [{ what: 'guard', from: 'armed by a run that died', to: null }],
          steps: [script('take back what a run that died has guarded', revertAbandoned, { effects: [gone] })],
        }
      : inOrder,
}

const gone = effect(armed, null, false)

/**
 * What a dead run has guarded and not confirmed the host will take back, however much in order it seems until then: it
 * is taken back first, and planned anew.
 */
export const armedItem: Item = {
  role: 'fettle',
  isPassing: true,
  declaration: { key: 'guard:armed', resource: resource as Resource<unknown, unknown>, spec: {}, attachments: {} },
}
