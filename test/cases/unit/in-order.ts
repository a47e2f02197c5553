import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { unit } from '../../../engine/resources/unit.ts'
import { type Case, rootFile } from '../case.ts'

export default {
  declare: unit.present({ name: 'app', content: '[Service]\n' }),
  answers: [
    effect(path, '/etc/systemd/system/app.service', rootFile('[Service]\n')),
    effect(units, 'app.service', runningUnit),
  ],
  plan: inOrder,
} satisfies Case
