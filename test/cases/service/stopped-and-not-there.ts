import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { noUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import type { Case } from '../case.ts'

export default {
  declare: service.stopped({ unit: 'exim4' }),
  answers: [effect(units, 'exim4.service', noUnit)],
  plan: inOrder,
} satisfies Case
