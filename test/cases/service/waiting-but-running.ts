import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { service } from '../../../engine/resources/service.ts'
import { absent, type Case } from '../case.ts'

export default {
  declare: service.running({ unit: 'shop@3000', ifExists: '/srv/shop/instances/3000' }),
  answers: [effect(units, 'shop@3000.service', runningUnit), effect(path, '/srv/shop/instances/3000', absent)],
  plan: inOrder,
} satisfies Case
