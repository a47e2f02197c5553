import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

export default {
  declare: service.running({ unit: 'systemd-journald' }),
  answers: [effect(units, 'systemd-journald.service', { ...runningUnit, enabled: 'static' })],
  plan: inOrder,
} satisfies Case
