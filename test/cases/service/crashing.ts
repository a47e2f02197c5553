import { expect } from 'vitest'
import { effect } from '../../../engine/core/fact.ts'
import { script } from '../../../engine/core/step.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

const found = { ...runningUnit, active: 'activating', sub: 'auto-restart' }
export default {
  declare: service.running({ unit: 'app' }),
  answers: [effect(units, 'app.service', found)],
  plan: {
    action: 'change',
    differences: [{ what: 'active', from: 'activating (auto-restart)', to: 'active' }],
    steps: [
      script('start app.service', expect.stringContaining('reset-failed'), {
        args: ['app.service'],
        foretold: true,
        effects: [effect(units, 'app.service', { ...found, active: 'active', sub: 'running' })],
      }),
    ],
  },
} satisfies Case
