import { effect } from '../../../engine/core/fact.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

export default {
  declare: service.stopped({ unit: 'app', enabled: true }),
  answers: [effect(units, 'app.service', { ...runningUnit, active: 'deactivating', sub: 'stop-sigterm' })],
  plan: {
    action: 'change',
    differences: [{ what: 'active', from: 'deactivating (stop-sigterm)', to: 'inactive' }],
    steps: [],
  },
} satisfies Case
