import { effect } from '../../../engine/core/fact.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

export default {
  declare: service.running({ unit: 'slow' }),
  answers: [effect(units, 'slow.service', { ...runningUnit, active: 'activating', sub: 'start' })],
  plan: {
    action: 'change',
    differences: [{ what: 'active', from: 'activating (start)', to: 'active' }],
    steps: [],
  },
} satisfies Case
