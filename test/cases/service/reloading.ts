import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

export default {
  declare: service.running({ unit: 'nginx' }),
  answers: [effect(units, 'nginx.service', { ...runningUnit, active: 'reloading', sub: 'reload' })],
  plan: inOrder,
} satisfies Case
