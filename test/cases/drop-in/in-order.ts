import { effect } from '../../../engine/core/fact.ts'
import { inOrder } from '../../../engine/core/plan.ts'
import { path } from '../../../engine/facts/path.ts'
import { runningUnit, units } from '../../../engine/facts/units.ts'
import { dropIn } from '../../../engine/resources/drop-in.ts'
import { type Case, rootDirectory, rootFile } from '../case.ts'

export default {
  declare: dropIn.present({ unit: 'nginx', name: 'limits', content: '[Service]\n' }),
  answers: [
    effect(path, '/etc/systemd/system/nginx.service.d/limits.conf', rootFile('[Service]\n')),
    effect(path, '/etc/systemd/system/nginx.service.d', rootDirectory),
    effect(units, 'nginx.service', runningUnit),
  ],
  plan: inOrder,
} satisfies Case
